// What a leader is told at once, wherever she is: an agent does not answer, a caller can be served by nobody.
import { on } from './events.js';
import { t } from './i18n.js';
import { lineName } from './centre.js';
import { now } from './time.js';
import { toast } from './toasts.js';

/// Older ones are history to somebody who has just opened the page.
const fresh = 60_000;
let seen = 0;

on('alerts', ({ alerts }) => {
  for (const alert of alerts) {
    if (alert.position <= seen) continue;
    seen = alert.position;
    if (now() - alert.at > fresh) continue;
    toast(alert.kind === 'notAnswering' ? t('alert.notAnswering', { agent: alert.agent })
      : alert.line ? t('alert.nobodyFor', { line: lineName(alert.line) }) : t('alert.nobody'), 'error');
  }
});
