// Missed calls: every citizen who gave up waiting is owed a call back.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { callCitizen, desk, mayCall, missedOpen } from '../lib/desk.js';
import { lineName } from '../lib/centre.js';
import { inWords, masked } from '../lib/format.js';
import { useFetch } from '../lib/rows.js';
import { address, useRoute } from '../lib/router.js';
import * as api from '../lib/api.js';
import { may } from '../lib/session.js';
import { complain, toast } from '../lib/toasts.js';
import { now, useNow } from '../lib/time.js';
import { Empty, Fetched } from '../components/states.js';
import { Pager, Table } from '../components/table.js';
import { NoteDialog } from '../components/notedialog.js';
import { Time } from '../components/ordercells.js';

/// Minutes from now; whoever takes a citizen on says by when he is called.
const promises = [15, 30, 60, 240];

/// Who calls him back, and by when; a promise that was not kept is red.
function PromiseCell({ row, done }) {
  const at = useNow(30_000);
  async function promise(event) {
    const minutes = event.target.value;
    event.target.value = '';
    if (!minutes) return;
    try {
      await api.put(`/missed-calls/${row.call}/promise`, { promisedBy: minutes === 'back' ? null : now() + Number(minutes) * 60_000 });
      done();
    } catch (error) {
      complain(error);
    }
  }
  return html`${row.owner && html`<span class=${at > row.promisedBy ? 'outcome failed' : ''} data-testid="missed-owner">
      ${t(at > row.promisedBy ? 'missed.late' : 'missed.promised', { name: row.owner })} <${Time} at=${row.promisedBy} /></span> `}
    <select aria-label=${t('missed.promiseFor', { number: masked(row.number) })} data-testid="missed-promise" onChange=${promise}>
      <option value="">${t(row.owner ? 'missed.promiseAgain' : 'missed.takeOn')}</option>
      ${promises.map((each) => html`<option value=${each}>${t('missed.within', { span: inWords(each * 60_000) })}</option>`)}
      ${row.owner && html`<option value="back">${t('missed.handBack')}</option>`}</select>`;
}

export function MissedPage() {
  const { query } = useRoute();
  const state = query.state === 'done' ? 'done' : 'open';
  const open = useStore(missedOpen);
  const value = useStore(desk);
  const [closing, setClosing] = useState(null);
  const answer = useFetch('/missed-calls', { state, cursor: query.cursor, limit: 50 });
  useEffect(answer.reload, [open]);
  const columns = [
    { head: t('missed.number'), cell: (row) => html`<strong class="number">${masked(row.number)}</strong>` },
    { head: t('orders.line'), cell: (row) => lineName(row.line) },
    { head: t('missed.at'), cell: (row) => html`<${Time} at=${row.at} />` },
    { head: t('missed.waited'), cell: (row) => inWords(row.waitedMs) },
    { head: t('missed.attemptsHead'), class: 'figure', cell: (row) => row.attempts },
    state === 'open' && { head: t('missed.promise'), cell: (row) => html`<${PromiseCell} row=${row} done=${answer.reload} />` },
    state === 'open'
      ? { head: t('table.actions'), class: 'actions', cell: (row) => html`
          ${may('desk') && html`<button type="button" class="primary" disabled=${!mayCall(value)}
            onClick=${() => callCitizen('missed', row.call)} data-testid="call-back">${t('missed.callBack')}</button>`}
          <button type="button" onClick=${() => setClosing(row)} data-testid="missed-close">${t('missed.close')}</button>` }
      : { head: t('missed.done'), class: 'grow', cell: (row) => html`<span>
        ${row.callback ? t('missed.calledBack') : row.note ?? t('missed.answeredLater')}</span>
          <span class="muted"> · ${row.doneBy ?? ''} <${Time} at=${row.doneAt} /></span>` },
  ].filter(Boolean);
  async function close(note) {
    await api.post(`/missed-calls/${closing.call}/closure`, { note });
    toast(t('missed.closedToast'));
    answer.reload();
  }
  return html`<div class="page"><header class="page-head"><h1>${t('missed.title')}</h1>
      <nav class="tabs" aria-label=${t('missed.title')}>${['open', 'done'].map((each) => html`<a href=${address('/missed', { state: each })}
        aria-current=${state === each ? 'page' : undefined} data-testid=${`missed-${each}`}>${t(`missed.tab.${each}`)}</a>`)}</nav></header>
    ${state === 'open' && may('desk') && !mayCall(value) && html`<p class="muted">${t('missed.onDutyFirst')}</p>`}
    <${Fetched} answer=${answer}>${({ rows, next }) => (rows.length
      ? html`<${Table} caption=${t('missed.title')} columns=${columns} rows=${rows} rowKey=${(row) => row.call} testid="missed-table" />
        <${Pager} next=${next} shown=${rows.length} />`
      : html`<${Empty} title=${t(state === 'open' ? 'missed.none' : 'missed.noneDone')}>${t('missed.noneHint')}</${Empty}>`)}</${Fetched}>
    ${closing && html`<${NoteDialog} title=${t('missed.closeTitle', { number: masked(closing.number) })} label=${t('missed.note')}
      hint=${t('missed.noteHint')} missing=${t('missed.noteMissing')}
      confirm=${t('missed.closeConfirm')} testid="missed-close" field="note" rows=${3} send=${close} onClose=${() => setClosing(null)} />`}</div>
  `;
}
