// The supervision board: which open orders give a reason to worry, by body; each count opens its list below.
import { html, useEffect } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { bodyName } from '../lib/centre.js';
import { timeOf } from '../lib/format.js';
import { useFetch, useNews } from '../lib/rows.js';
import { address, useRoute } from '../lib/router.js';
import { Empty, Fetched } from '../components/states.js';
import { Pager, Table } from '../components/table.js';
import { orderColumns } from '../components/ordercells.js';

const kinds = ['overdue', 'dueToday', 'urged', 'supervised', 'disputed', 'undelivered'];
/// Orders fall due without anybody doing anything.
const refresh = 60_000;

export function WatchPage() {
  const { query } = useRoute();
  const shown = kinds.includes(query.show) ? query.show : 'overdue';
  const answer = useFetch('/watch');
  const list = useFetch('/orders', { watch: shown, body: query.body, sort: 'due', limit: 50, cursor: query.cursor });
  const reload = () => {
    answer.reload();
    list.reload();
  };
  useNews('orders', reload, 5_000);
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) reload(); }, refresh);
    return () => clearInterval(timer);
  }, []);
  const where = query.body ? t('watch.listOf', { kind: t(`watch.${shown}`), body: bodyName(query.body) }) : t(`watch.${shown}`);
  return html`<div class="page watch" data-testid="watch"><header class="page-head"><h1>${t('watch.heading')}</h1>
      ${answer.data && html`<p class="muted" role="status">${t('watch.at', { at: timeOf(answer.data.at) })}</p>`}</header>
    <${Fetched} answer=${answer}>${(data) => html`<${Totals} counts=${data.all} shown=${shown} body=${query.body} />
      ${data.bodies.length > 0 && html`<${Bodies} bodies=${data.bodies} shown=${shown} body=${query.body} />`}`}</${Fetched}>
    <section data-testid="watch-list" class="watch-list"><h2>${where} ${query.body && html`<a class="small-text" href=${address('/watch', { show: shown })}>${t('watch.allBodies')}</a>`}</h2>
      <p class="hint">${t(`watch.${shown}.hint`)}</p>
      <${Fetched} answer=${list}>${({ rows, next }) => (rows.length
    ? html`<${Table} caption=${where} columns=${columnsOf(shown)} rows=${rows} rowKey=${(row) => row.id} testid="orders-table" /><${Pager} next=${next} shown=${rows.length} />`
    : html`<${Empty} title=${t('watch.none')} />`)}</${Fetched}></section></div>`;
}

/// Of what was not delivered it says whom to tell: the body that leads the order, or one with a part in it.
const columnsOf = (shown) => (shown !== 'undelivered' ? orderColumns() : orderColumns().toSpliced(3, 0, {
  head: t('watch.unreached'), class: 'body', cell: (row) => html`<strong data-testid="unreached">${(row.unreached ?? []).map(bodyName).join(t('proposal.comma'))}</strong>`,
}));

/// What cannot wait is red; a zero is calm whatever it counts.
const tone = (kind, n) => (n === 0 ? 'none' : ['overdue', 'undelivered'].includes(kind) ? 'late' : kind === 'dueToday' ? 'soon' : '');

function Totals({ counts, shown, body }) {
  return html`<ul class="totals">${kinds.map((kind) => html`<li key=${kind}><a href=${address('/watch', { show: kind })} class=${`total ${tone(kind, counts[kind])}`}
    aria-current=${kind === shown && !body ? 'true' : undefined} data-testid=${`watch-${kind}`}><strong>${counts[kind]}</strong><span>${t(`watch.${kind}`)}</span></a></li>`)}</ul>`;
}

function Bodies({ bodies, shown, body }) {
  const count = (row, kind) => {
    const n = row.counts[kind];
    if (n === 0) return html`<span class="muted">0</span>`;
    const chosen = kind === shown && body === row.body;
    if (!row.body) return n;
    return html`<a href=${address('/watch', { show: kind, body: row.body })} class=${`count ${tone(kind, n)}`} aria-current=${chosen ? 'true' : undefined}
      aria-label=${`${bodyName(row.body)} ${t(`watch.${kind}`)} ${n}`} data-testid=${`watch-${kind}-${row.body}`}>${n}</a>`;
  };
  const columns = [{ head: t('orders.body'), class: 'grow', cell: (row) => bodyName(row.body) },
    ...kinds.map((kind) => ({ head: t(`watch.${kind}`), class: 'figure', cell: (row) => count(row, kind) }))];
  return html`<div class="watch-bodies"><${Table} caption=${t('watch.byBody')} columns=${columns} rows=${bodies} rowKey=${(row) => row.body ?? ''} testid="watch-bodies" /></div>`;
}
