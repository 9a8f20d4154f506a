// The supervisor's page: how calls find agents, changed while they go on. Every tab says who changed what last.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useFetch, useNews } from '../lib/rows.js';
import { address, useRoute } from '../lib/router.js';
import { Fetched } from '../components/states.js';
import { Time } from '../components/ordercells.js';
import { QueuesTab } from './routing-queues.js';
import { AgentsTab } from './routing-agents.js';
import { RulesTab } from './routing-rules.js';
import { TakeoverTab } from './routing-takeover.js';
import { CallbacksTab } from './routing-callbacks.js';

const tabs = { queues: QueuesTab, agents: AgentsTab, rules: RulesTab, takeover: TakeoverTab, callbacks: CallbacksTab };

export function RoutingPage() {
  const { query } = useRoute();
  const tab = query.tab in tabs ? query.tab : 'queues';
  const answer = useFetch('/routing');
  const [changed, setChanged] = useState(null);
  useNews('board', answer.reload, 5_000);
  useEffect(() => setChanged(null), [answer.data]);
  // What a change answered is newer than what was fetched before it.
  const shown = changed && (!answer.data || changed.version >= answer.data.version) ? { ...answer, data: changed } : answer;
  const Tab = tabs[tab];
  return html`<div class="page routing" data-testid="routing"><header class="page-head"><h1>${t('nav.routing')}</h1>
      <nav class="tabs" aria-label=${t('nav.routing')}>${Object.keys(tabs).map((each) => html`<a key=${each} href=${address('/routing', { tab: each })}
        aria-current=${tab === each ? 'page' : undefined} data-testid=${`routing-${each}`}>${t(`routing.tab.${each}`)}</a>`)}</nav>
      ${shown.data && html`<${Last} routing=${shown.data} />`}</header>
    ${shown.data?.waitsForRestart && html`<p class="notice amber" role="status" data-testid="routing-restart">${t('routing.waitsForRestart')}</p>`}
    <${Fetched} answer=${shown}>${(routing) => html`<${Tab} key=${tab} routing=${routing} reload=${answer.reload} take=${setChanged} />`}</${Fetched}>
  </div>`;
}

const Last = ({ routing }) => html`<p class="muted last-change" data-testid="routing-version">${routing.changedAt
  ? html`${t('routing.lastChange', { n: routing.version, by: routing.changedBy ?? t('routing.byProgram') })} <${Time} at=${routing.changedAt} />`
  : t('routing.neverChanged')}</p>`;
