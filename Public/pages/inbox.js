// The body's inbox: what is due first comes first, and each order can be moved on in a tap or two, on a phone too.
import { html, useState } from '../vendor/preact.js';
import { t, word } from '../lib/i18n.js';
import { bodyName } from '../lib/centre.js';
import { dateTime } from '../lib/format.js';
import { now } from '../lib/time.js';
import { useFetch, useNews } from '../lib/rows.js';
import { session } from '../lib/session.js';
import { address, useRoute } from '../lib/router.js';
import { complain, toast } from '../lib/toasts.js';
import { Empty, Fetched } from '../components/states.js';
import { ClockBar } from '../components/clock.js';
import { StateTag, UrgencyTag, titleOf } from '../components/ordercells.js';
import { StepDialog, takeStep } from './order-next.js';

const tabs = { todo: ['dispatched', 'signed'], answered: ['answered', 'disputed'], done: ['closed', 'reviewing', 'followedUp', 'archived', 'withdrawn'] };
const mostStates = Math.max(...Object.values(tabs).map((states) => states.length));
/// More than a page of a hundred is no to-do list; the orders page has the rest.
const most = 100;

const byDue = (a, b) => (a.clock?.due ?? Infinity) - (b.clock?.due ?? Infinity) || b.createdAt - a.createdAt;

export function InboxPage() {
  const { query } = useRoute();
  const tab = query.tab in tabs ? query.tab : 'todo';
  const { person } = session.get();
  const [open, setOpen] = useState(null);
  const [busy, setBusy] = useState(null);
  const wanted = tabs[tab];
  const sort = tab === 'done' ? 'newest' : 'due';
  const answers = [...Array(mostStates).keys()].map((i) => useFetch(wanted[i] ? '/orders' : null, { state: wanted[i], body: person.body, sort, limit: most })).slice(0, wanted.length);
  const reload = () => answers.forEach((each) => each.reload());
  useNews('orders', reload);
  const failed = answers.find((each) => each.error && !each.data);
  const complete = answers.every((each) => each.data);
  const found = complete ? answers.flatMap((each) => each.data.rows) : [];
  const rows = tab === 'done' ? found.sort((a, b) => (b.closedAt ?? b.createdAt) - (a.closedAt ?? a.createdAt)) : found.sort(byDue);
  const more = complete && answers.some((each) => each.data.next);
  async function act(row, path, done) {
    setBusy(row.id);
    try {
      await takeStep(row, path);
      toast(t(done));
    } catch (error) {
      complain(error);
    } finally {
      setBusy(null);
      reload();
    }
  }
  const button = (row, step, run, primary = false) => html`<button type="button" class=${primary ? 'primary' : ''} disabled=${busy === row.id} onClick=${run} data-testid=${`inbox-${step}`}>${t(`step.${step}`)}</button>`;
  const steps = {
    dispatched: (row) => button(row, 'sign', () => act(row, 'signature', 'step.sign.done'), true),
    signed: (row) => html`${button(row, 'answer', () => setOpen({ step: 'answer', row }), true)}${button(row, 'contact', () => setOpen({ step: 'contact', row }))}`,
    answered: (row) => button(row, 'close', () => act(row, 'closure', 'step.close.done'), true),
  };
  return html`<div class="page inbox"><header class="page-head"><h1>
    ${person.body ? t('inbox.heading', { body: bodyName(person.body) }) : t('nav.inbox')}</h1>
      <nav class="tabs" aria-label=${t('nav.inbox')}>${Object.keys(tabs).map((each) => html`<a href=${address('/inbox', { tab: each })}
        aria-current=${each === tab ? 'page' : undefined}
        data-testid=${`inbox-tab-${each}`}>${t(`inbox.tab.${each}`)}</a>`)}</nav></header>
    <${Fetched} answer=${failed ?? { data: complete || null, reload }}>${() => (rows.length ? html`
      <p class="muted" role="status">${t(tab === 'done' ? 'inbox.countDone' : 'inbox.count', { n: rows.length })}${tab !== 'done' && overdue(rows)
        ? html` · <strong class="red-text">${t('inbox.overdue', { n: overdue(rows) })}</strong>` : ''}</p>
      <ul class="inbox-list">${rows.map((row) => html`<li key=${row.id} class="inbox-card" data-testid="row" data-id=${row.id}>
        <div class="inbox-matter"><p class="row-line"><${StateTag} state=${row.state} /><${UrgencyTag} urgency=${row.urgency} /><span>
          ${word('kind', row.kind)}</span><span class="muted number">${row.number}</span></p>
          <h2><a href=${`/orders/${row.id}`} data-testid="order-link">${titleOf(row)}</a></h2><p class="muted small-text">
            ${t('inbox.came', { at: dateTime(row.createdAt) })}</p></div>
        <div class="inbox-clock">${row.clock && html`<${ClockBar} clock=${row.clock} />`}</div>
        <div class="buttons">${steps[row.state]?.(row)}</div></li>`)}</ul>
      ${more && html`<p><a href=${address('/orders', { sort: 'due' })}>${t('inbox.more', { n: most })}</a></p>`}`
      : html`<${Empty} title=${t(`inbox.none.${tab}`)}>${t('inbox.noneHint')}</${Empty}>`)}</${Fetched}>
    ${open && html`<${StepDialog} step=${open.step} row=${open.row} took=${reload} onClose=${() => { setOpen(null); reload(); }} />`}</div>
  `;
}

const overdue = (rows) => rows.filter((each) => each.clock && each.clock.due < now()).length;
