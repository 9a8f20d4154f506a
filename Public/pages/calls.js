// Calls, newest first. A leader may listen to a recording; the listening is noted by the server.
import { html, useEffect, useState } from '../vendor/preact.js';
import { named, t, word } from '../lib/i18n.js';
import { lineName, lines } from '../lib/centre.js';
import { dayOf, inWords, masked } from '../lib/format.js';
import { now } from '../lib/time.js';
import { goQuery, useRoute } from '../lib/router.js';
import { useFetch } from '../lib/rows.js';
import * as api from '../lib/api.js';
import { may } from '../lib/session.js';
import { Empty, Fetched } from '../components/states.js';
import { Icon } from '../components/icons.js';
import { Pager, Table } from '../components/table.js';
import { Time } from '../components/ordercells.js';

const length = (ms) => (ms ? inWords(ms) : '–');
const ended = (row) => (row.outcome ? word('outcome', row.outcome) : t('calls.going'));

export const callColumns = () => [
  { head: t('calls.at'), class: 'time', cell: (row) => html`<${Time} at=${row.arrivedAt} />` },
  { head: t('calls.direction'), cell: (row) => `${t(`direction.${row.direction}`)}${row.purpose ? ` · ${t(`purpose.${row.purpose}`)}` : ''}` },
  { head: t('orders.line'), cell: (row) => lineName(row.line) },
  { head: t('missed.number'), cell: (row) => html`<span class="number">${masked(row.number)}</span>` },
  { head: t('calls.agent'), cell: (row) => html`<span class="number">${row.agent ?? '–'}</span>` },
  { head: t('calls.waited'), class: 'figure', cell: (row) => length(row.waitMs) },
  { head: t('calls.talk'), class: 'figure', cell: (row) => length(row.talkMs) },
  { head: t('calls.outcome'), cell: (row) => html`<span class=${`outcome ${row.outcome ?? ''}`}>${ended(row)}</span> ${row.endReason
    && html`<span class="muted">${word('endReason', row.endReason)}</span>`}` },
  { head: t('calls.order'), cell: (row) => (row.order && may('orders.read') ? html`<a href=${`/orders/${row.order}`}>${t('calls.openOrder')}</a>
    ` : '–') },
];

/// The sound comes as one piece and plays from memory, so that moving in it asks nothing of the server.
function Player({ call }) {
  const [sound, setSound] = useState(null);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => () => sound && URL.revokeObjectURL(sound), [sound]);
  async function load() {
    setBusy(true);
    setError(null);
    try {
      setSound(URL.createObjectURL(await api.blob(`/calls/${call.id}/recording`)));
    } catch (problem) {
      if (!problem.code) throw problem;
      setError(problem.status === 404 ? t('calls.notReady') : problem.message);
    } finally {
      setBusy(false);
    }
  }
  if (sound) return html`<audio controls autoplay src=${sound} aria-label=${t('calls.recording')} data-testid="recording"></audio>`;
  return html`<button type="button" class="small" disabled=${busy} onClick=${load} data-testid="play-recording">
    <${Icon} name="play" size="16" /> ${t(busy ? 'state.loading' : 'calls.play')}</button>
    ${error && html`<span class="error" role="alert">${error}</span>`}`;
}

export function CallsPage() {
  const { query } = useRoute();
  const answer = useFetch('/calls', { day: query.day, line: query.line, direction: query.direction, cursor: query.cursor, limit: 50 });
  const columns = callColumns();
  if (may('recordings.play')) columns.push({ head: t('calls.recording'), class: 'recording', cell: (row) => (row.recording
    ? html`<${Player} key=${row.id} call=${row} />` : '–') });
  const select = (name, label, options) => html`<label class="filter"><span>${label}</span><select value=${query[name] ?? ''}
    data-testid=${`filter-${name}`} onChange=${(event) => goQuery({ [name]: event.target.value, cursor: null })}>
    <option value="">${t('filter.all')}</option>${options.map((each) => html`<option
      value=${each.value} selected=${each.value === query[name]}>${each.label}</option>`)}</select></label>`;
  return html`<div class="page"><header class="page-head"><h1>${t('calls.heading')}</h1></header>
    <div class="filters" role="group" aria-label=${t('filter.label')}>
      <label class="filter"><span>${t('report.day')}</span><input type="date" value=${query.day ?? ''} max=${dayOf(now())}
        data-testid="filter-day" onChange=${(event) => goQuery({ day: event.target.value, cursor: null })} /></label>
      ${select('line', t('orders.line'), lines().map((each) => ({ value: each.id, label: named(each) })))}
      ${select('direction', t('calls.direction'), ['inbound', 'outbound'].map((value) => ({ value, label: t(`direction.${value}`) })))}
      <button type="button" class="quiet" onClick=${answer.reload}>${t('action.refresh')}</button></div>
    <${Fetched} answer=${answer}>${({ rows, next }) => (rows.length
      ? html`<${Table} caption=${t('calls.heading')} columns=${columns} rows=${rows} rowKey=${(row) => row.id} testid="calls-table" />
        <${Pager} next=${next} shown=${rows.length} />`
      : html`<${Empty} title=${t('calls.none')}>${t('calls.noneHint')}</${Empty}>`)}</${Fetched}>
  </div>`;
}
