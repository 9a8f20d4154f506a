// How an order stands in any list: the same columns, the same words.
import { html } from '../vendor/preact.js';
import { t, word } from '../lib/i18n.js';
import { bodyName, centre } from '../lib/centre.js';
import { dayOf, iso, shortDateTime } from '../lib/format.js';
import { now } from '../lib/time.js';
import { session } from '../lib/session.js';
import { ClockBar } from './clock.js';

export const StateTag = ({ state }) => html`<span class=${`tag state-${state}`} data-testid="order-state" data-state=${state}>
  ${word('order', state)}</span>`;
export const UrgencyTag = ({ urgency }) => (!urgency || urgency === 'ordinary' ? null
  : html`<span class="tag red">${word('urgency', urgency)}</span>`);
export const Time = ({ at }) => html`<time datetime=${iso(at)}>${shortDateTime(at, dayOf(now()))}</time>`;

/// What a link to an order reads, with or without a title.
export const titleOf = (row) => row.title || t(row.removedAt ? 'orders.removed' : 'orders.untitled');

export const satisfactionWord = (value) => (value == null ? '–' : t(`satisfaction.${value}`));

/// An officer sees the orders of her own body, which needs no column.
export const orderColumns = () => [
  { head: t('orders.number'), class: 'number', cell: (row) => html`<a href=${`/orders/${row.id}`} data-testid="order-link">${row.number}</a>
    ` },
  { head: t('orders.title'), class: 'grow', cell: (row) => html`<span class="title-cell"><${UrgencyTag} urgency=${row.urgency} />
      <span class="kind">${row.kind ? word('kind', row.kind) : t('orders.kindUnknown')}</span> <span
        class=${row.title ? '' : 'muted'}>${titleOf(row)}</span></span>` },
  !session.get().person.body && { head: t('orders.body'), class: 'body', cell: (row) => bodyName(row.body) },
  { head: t('orders.clock'), class: 'clock-cell', cell: (row) => (row.clock ? html`<${ClockBar} clock=${row.clock} />`
    : row.satisfaction ? html`<span>${t('orders.satisfaction')} ${satisfactionWord(row.satisfaction)}</span>`
      : html`<span class="muted">–</span>`) },
  { head: t('orders.state'), class: 'state', cell: (row) => html`<${StateTag} state=${row.state} />` },
  { head: t('orders.createdAt'), class: 'time', cell: (row) => html`<${Time} at=${row.createdAt} />` },
].filter(Boolean);

/// The centre's own list of kinds and urgencies, in its order.
export const kinds = () => (centre.get()?.kinds ?? []).map((value) => ({ value, label: word('kind', value) }));
export const urgencies = () => (centre.get()?.urgencies ?? []).map((value) => ({ value, label: word('urgency', value) }));
