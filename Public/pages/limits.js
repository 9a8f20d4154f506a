// Time limits: by which policies clocks run, the working days behind them, and which steps of the ladders were taken.
import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { bodyName } from '../lib/centre.js';
import { useFetch, useNews } from '../lib/rows.js';
import { may } from '../lib/session.js';
import { address, useRoute } from '../lib/router.js';
import { Empty, Fetched } from '../components/states.js';
import { Pager, Table } from '../components/table.js';
import { Time } from '../components/ordercells.js';
import { PoliciesTab } from './limits-policies.js';
import { CalendarTab } from './limits-calendar.js';

const tabs = { alarms: AlarmsTab, policies: PoliciesTab, calendar: CalendarTab };
/// Who sets the rules need not be who watches the orders.
const open = () => Object.keys(tabs).filter((each) => each !== 'alarms' || may('orders.supervise'));

const alarmColumns = () => [
  { head: t('orders.number'), class: 'number', cell: (row) => html`<a href=${`/orders/${row.order}`} data-testid="alarm-order">${row.number}</a>` },
  { head: t('orders.title'), class: 'grow', cell: (row) => row.title || t('orders.untitled') },
  { head: t('orders.body'), class: 'body', cell: (row) => bodyName(row.body) },
  { head: t('limits.clock'), cell: (row) => t(`clock.${row.clock}`) },
  { head: t('limits.does'), cell: (row) => t(`limits.does.${row.does}`) },
  { head: t('limits.at'), cell: (row) => html`<${Time} at=${row.at} />` },
];

function AlarmsTab() {
  const { query } = useRoute();
  const answer = useFetch('/alarms', { limit: 50, cursor: query.cursor });
  useNews('orders', answer.reload, 5_000);
  return html`<p class="hint">${t('limits.alarmsHint')}</p>
    <${Fetched} answer=${answer}>${(data) => (data.rows.length
    ? html`<${Table} caption=${t('limits.alarms')} columns=${alarmColumns()} rows=${data.rows} testid="alarms-table"
        rowKey=${(row) => `${row.order}-${row.clock}-${row.does}-${row.at}-${row.body}`} /><${Pager} next=${data.next} shown=${data.rows.length} />`
    : html`<${Empty} title=${t('limits.noAlarms')} />`)}</${Fetched}>`;
}

export function LimitsPage() {
  const { query } = useRoute();
  const allowed = open();
  const tab = allowed.includes(query.tab) ? query.tab : 'policies';
  const Tab = tabs[tab];
  return html`<div class="page limits" data-testid="limits"><header class="page-head"><h1>${t('nav.limits')}</h1>
      <nav class="tabs" aria-label=${t('nav.limits')}>${['policies', 'calendar', 'alarms'].filter((each) => allowed.includes(each)).map((each) => html`
        <a key=${each} href=${address('/limits', { tab: each })} aria-current=${tab === each ? 'page' : undefined}
          data-testid=${`limits-${each}`}>${t(`limits.tab.${each}`)}</a>`)}</nav></header>
    <${Tab} key=${tab} /></div>`;
}
