// Who is calling: number, earlier orders, earlier calls, and how content they were. A citizen who rings for the third
// time about the same matter should not have to begin again.
import { html } from '../vendor/preact.js';
import { t, word } from '../lib/i18n.js';
import { lineName } from '../lib/centre.js';
import { masked, inWords } from '../lib/format.js';
import { useFetch, useNews } from '../lib/rows.js';
import { Fetched } from '../components/states.js';
import { ClockBar } from '../components/clock.js';
import { satisfactionWord, StateTag, Time, titleOf } from '../components/ordercells.js';

const openStates = ['draft', 'dispatched', 'signed', 'answered'];

const Order = ({ row }) => html`<li class="card-row"><a href=${`/orders/${row.id}`} data-testid="earlier-order">
  ${titleOf(row)}</a>
  <span class="row-line"><${StateTag} state=${row.state} /><span class="muted">
    ${row.kind ? word('kind', row.kind) : ''} <${Time} at=${row.createdAt} /></span></span>
  ${row.clock && html`<${ClockBar} clock=${row.clock} />`}</li>`;

export function Who({ call, number, line }) {
  const answer = useFetch(call && `/calls/${call}/caller`);
  useNews('orders', answer.reload);
  return html`<aside class="who" aria-label=${t('who.label')} data-testid="who">
    <h2>${t('who.label')}</h2>
    <p class="caller-number" data-testid="caller-number">${masked(answer.data?.number ?? number)}</p>
    <p class="muted">${line ? lineName(line) : ''}</p>
    <${Fetched} answer=${answer}>${(caller) => html`<${Story} caller=${caller} call=${call} />`}</${Fetched}>
  </aside>`;
}

function Story({ caller, call }) {
  const orders = caller.orders?.rows ?? [];
  const calls = (caller.calls ?? []).filter((each) => each.id !== call);
  const open = orders.filter((each) => openStates.includes(each.state));
  const past = orders.filter((each) => !openStates.includes(each.state));
  const rated = caller.satisfaction ?? [];
  if (!orders.length && !calls.length) return html`<p data-testid="first-time">${t('who.first')}</p>`;
  return html`
    <p class="summary" data-testid="caller-summary">${t('who.summary', { orders: orders.length, open: open.length, calls: calls.length })}</p>
    ${open.length > 0 && html`<h3>${t('who.open')}</h3><ul class="card-rows">
      ${open.map((row) => html`<${Order} key=${row.id} row=${row} />`)}</ul>`}
    ${past.length > 0 && html`<h3>${t('who.past')}</h3><ul class="card-rows">
      ${past.slice(0, 5).map((row) => html`<${Order} key=${row.id} row=${row} />`)}</ul>`}
    ${rated.length > 0 && html`<h3>${t('who.satisfaction')}</h3><ul class="plain">
      ${rated.slice(0, 5).map((each) => html`<li key=${each.order}>
      <strong class=${each.satisfaction <= 2 ? 'red-text' : ''}>${satisfactionWord(each.satisfaction)}</strong> <a
        href=${`/orders/${each.order}`}>${each.number}</a> <span class="muted"><${Time} at=${each.at} /></span></li>`)}</ul>`}
    ${calls.length > 0 && html`<h3>${t('who.calls')}</h3><ul class="plain">${calls.slice(0, 8).map((each) => html`<li key=${each.id}>
      <${Time} at=${each.arrivedAt} />
      <span>${each.outcome ? word('outcome', each.outcome) : t('calls.going')}</span> <span class="muted">${each.talkMs ? inWords(each.talkMs) : ''}</span></li>
        `)}</ul>`}`;
}
