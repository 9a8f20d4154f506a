// What a leader is told at once, wherever she is: an agent does not answer, a caller can be served by nobody, a citizen was not
// called back as promised. It stays until she puts it away, so it says when it was.
import { on } from './events.js';
import { t } from './i18n.js';
import { lineName } from './centre.js';
import { masked, timeOf } from './format.js';
import { now } from './time.js';
import { toast } from './toasts.js';

/// Older ones are history to somebody who has just opened the page.
const fresh = 60_000;
let seen = new Set();

const texts = {
  notAnswering: ({ agent }) => t('alert.notAnswering', { agent }),
  nobodyFor: ({ line }) => (line ? t('alert.nobodyFor', { line: lineName(line) }) : t('alert.nobody')),
  promiseLate: ({ owner, number }) => t('alert.promiseLate', { name: owner, number: masked(number) }),
};

on('alerts', ({ alerts }) => {
  const before = seen;
  seen = new Set();
  for (const alert of alerts) {
    const about = `alert ${alert.kind} ${alert.agent} ${alert.line} ${alert.call}`;
    const name = `${about} ${alert.at}`;
    seen.add(name);
    if (before.has(name) || now() - alert.at > fresh || !(alert.kind in texts)) continue;
    toast(t('alert.at', { at: timeOf(alert.at), text: texts[alert.kind](alert) }), 'error', about);
  }
});
