// Says that somebody else has this order open, before two people answer it.
import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { timeOf } from '../lib/format.js';
import { useViewers } from '../lib/viewing.js';
import { Icon } from './icons.js';

export function Viewers({ order }) {
  const others = useViewers(order);
  return html`<div role="status" class="no-print">${others.length > 0 && html`<p class="notice amber viewers" data-testid="viewers"><span><${Icon} name="eye" /> ${t('viewers.are', {
    people: others.map((each) => t('viewers.one', { name: each.name, at: timeOf(each.since) })).join(t('routing.and')),
  })}</span></p>`}</div>`;
}
