// Who hung up and keeps his place: the promise, the turn, and how often he was tried.
import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { lineName } from '../lib/centre.js';
import { inWords, masked } from '../lib/format.js';
import { now } from '../lib/time.js';
import { queueName } from '../lib/routing.js';
import { useFetch, useNews } from '../lib/rows.js';
import { Empty, Fetched } from '../components/states.js';
import { Changes } from '../components/routingfields.js';
import { Table } from '../components/table.js';
import { Time } from '../components/ordercells.js';

export function CallbacksTab({ routing }) {
  const answer = useFetch('/callbacks');
  useNews('board', answer.reload, 3_000);
  const columns = [
    { head: t('callback.position'), class: 'figure', cell: (row) => row.position ?? '–' },
    { head: t('missed.number'), cell: (row) => html`<strong class="number">${masked(row.number)}</strong>` },
    { head: t('orders.line'), cell: (row) => lineName(row.line) },
    { head: t('routing.queue'), cell: (row) => (row.queue ? queueName(routing, row.queue) : '–') },
    { head: t('callback.promised'), cell: (row) => html`<${Time} at=${row.askedAt} /> <span class="muted">${t('callback.ago', { span: inWords(now() - row.askedAt) })}</span>` },
    { head: t('callback.tries'), class: 'figure', cell: (row) => row.tries },
    { head: t('orders.state'), class: 'grow', cell: (row) => html`${t(`callback.state.${row.state}`)}${row.agent ? ` · ${row.agent}` : ''}` },
  ];
  return html`<p class="hint">${t('callback.hint')}</p><${Fetched} answer=${answer}>${({ callbacks }) => (callbacks.length
      ? html`<${Table} caption=${t('routing.tab.callbacks')} columns=${columns} rows=${callbacks} rowKey=${(row) => row.call} testid="callbacks-table" />`
      : html`<${Empty} title=${t('callback.none')}>${t('callback.noneHint')}</${Empty}>`)}</${Fetched}>
    <${Changes} routing=${routing} parts=${['queues']} />`;
}
