// The supervision notice (督办通知单) on paper: what the body is told, masked as on the screen, with room for its answer.
import { html } from '../vendor/preact.js';
import { named, t, word } from '../lib/i18n.js';
import { bodyName, centre } from '../lib/centre.js';
import { dateTime, dayOf, masked } from '../lib/format.js';
import { now } from '../lib/time.js';
import { useFetch } from '../lib/rows.js';
import { Empty, Fetched } from '../components/states.js';
import { titleOf } from '../components/ordercells.js';

export function NoticePage({ id }) {
  const answer = useFetch(`/orders/${id}`);
  return html`<div class="page notice-page"><${Fetched} answer=${answer}>${(order) => (order.supervisedAt ? html`<${Notice} order=${order} />`
    : html`<${Empty} title=${t('notice.notSupervised')}><a href=${`/orders/${id}`}>${t('notice.backToOrder')}</a></${Empty}>`)}</${Fetched}></div>`;
}

/// Why it is watched: what a leader wrote, else the step of the ladder that did it.
function reason(order) {
  const written = order.history.findLast((each) => each.action === 'supervise')?.note;
  const step = order.alarms.find((each) => each.does === 'supervise');
  return written ?? (step ? t('notice.byLadder', { clock: t(`clock.${step.clock}`) }) : '');
}

function Notice({ order }) {
  const { fields } = order;
  const row = (head, value) => html`<tr><th scope="row">${head}</th><td colspan="3"><span class="long">${value || '–'}</span></td></tr>`;
  const pair = (one, first, two, second) => html`<tr><th scope="row">${one}</th><td>${first || '–'}</td><th scope="row">${two}</th><td>${second || '–'}</td></tr>`;
  const due = order.clocks.filter((each) => !each.metAt).map((each) => `${word('clock', each.name)} ${dateTime(each.due)}`).join('；');
  return html`<p class="buttons no-print"><a class="button" href=${`/orders/${order.id}`}>${t('notice.backToOrder')}</a>
      <button type="button" class="primary" onClick=${() => window.print()} data-testid="notice-print">${t('print.notice')}</button></p>
    <article class="paper" data-testid="notice"><header><p>${named(centre.get())}</p><h1>${t('notice.title')}</h1>
        <p class="paper-line"><span>${t('notice.number', { number: order.number })}</span><span>${t('notice.printed', { day: dayOf(now()) })}</span></p></header>
      <p class="paper-to">${t('notice.to', { body: bodyName(order.body) })}</p>
      <p>${t('notice.opening', { at: dateTime(order.createdAt) })}</p>
      <table><tbody>
        ${row(t('orders.title'), titleOf(order))}
        ${pair(t('limits.kind'), word('kind', order.kind), t('limits.urgency'), word('urgency', order.urgency))}
        ${pair(t('field.name'), fields.name, t('field.phone'), masked(fields.phone || order.phone))}
        ${row(t('field.where'), fields.where)}${row(t('field.what'), fields.what)}${row(t('field.wish'), fields.wish)}
        ${row(t('notice.reason'), reason(order))}
        ${pair(t('notice.since'), dateTime(order.supervisedAt), t('clock.dueLabel'), due)}
        <tr class="paper-room"><th scope="row">${t('notice.answer')}</th><td colspan="3"></td></tr>
        ${pair(t('notice.handledBy'), ' ', t('notice.signedOn'), ' ')}</tbody></table>
      <footer class="paper-line"><span>${t('notice.sealed')}</span><span>${named(centre.get())}</span></footer></article>`;
}
