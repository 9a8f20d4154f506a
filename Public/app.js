// The whole page: who is signed in decides what is shown. The document is loaded once a shift.
//
// Names that tests and other tools may rely on (data-testid):
//   sign-in      login, password, sign-in, sign-in-error, language-switch
//   frame        nav-{page}, search, shortcuts, person-menu-button, sign-out, theme-{light|dark|system},
//                textSize-{normal|large}, toast-done, toast-error, connection-lost, database-away, dialog-close
//   call bar     callbar[data-state], agent-state, state-time, state-reason, duty-site, duty-start, duty-end,
//                state-ready, state-break, after-call, answer, hold, mute, hang-up, offer-line, offer-number,
//                offer-wait, offer-callback, wrap-up-extend, call-line, call-number, call-live, today, voice-state[data-state], voice-retry
//   desk         who, caller-number, caller-summary, first-time, earlier-order, script, new-order, new-order-close,
//                my-drafts, kept-draft, new-order-line, results, order-left[data-order], order-left-link, another-order
//   form         field-kind-{kind}, field-urgency-{urgency}, field-what, field-title, field-where, field-when,
//                field-name, field-phone, field-wish, field-confidential, draft-state[data-status], draft-stale,
//                stale-mine, stale-theirs, discard, discard-text, discard-confirm, read-back-open
//   read-back    read-back, readback-confirm, way-dispatch, way-close, body-filter, body-{id}, direct-answer,
//                dispatch-confirm, readback-error
//   missed       missed-table, missed-open, missed-done, call-back, missed-close, missed-close-text, missed-close-confirm,
//                missed-promise, missed-owner
//   lists        row[data-id], order-link, next-page, filter-{name}, filter-clear, orders-table, calls-table, empty
//   sheets       export-{csv|xlsx}, import-link, import, template-{csv|xlsx}, import-file, import-file-choose, import-refused, import-bad, import-bad-table,
//                import-good, import-make, import-made, import-orders, import-known
//   order        order[data-state][data-version], order-number, order-title, order-removed, order-state[data-state], order-phone,
//                show-phone, order-answer, clock-{respond|resolve}[data-tone], clock-why-{name}, story, next-step,
//                step-{sign|contact|answer|close}, contact-text, contact-confirm, answer-text, answer-confirm,
//                correct-open, correct-particulars.{id}, attach, attach-choose, other-steps, step-{action}, step-field-{name}, {action}-dialog, {action}-confirm
//   order, more  order-print, order-notice, order-supervised, viewers, deliveries, delivery-failing, notice, notice-print
//   watch        watch, watch-{overdue|dueToday|urged|supervised|disputed|undelivered}, watch-{kind}-{body}, watch-bodies, watch-list
//   limits       limits, limits-{policies|calendar|alarms}, alarms-table, alarm-order, trial, trial-due, policies-table, calendar-table,
//                policy-edit-{name}, policy-editor, promise-{n}, promise-edit-{n}, promise-add, promise-done, policy-preview, preview-{moment},
//                policy-save, policy-refused, policy-kept, policy-kept-{name}, policy-give-up, notice-add, notice-form, notice-try, notice-moved, notice-save
//   follow-up    follow-up, follow-up-call, reached-{yes|no}, solved-{yes|no|unknown}, satisfaction-{5…1|none},
//                follow-up-note, follow-up-save, follow-up-error
//   inbox        inbox-tab-{todo|answered|done}, inbox-{sign|contact|answer|close}
//   board        board, board-{online|onCall|wrapUp|waiting|answered|missed}, board-line-{line}, board-freshness[data-stale]
//   report       report-day, day-before, day-after, report-table, fig-{key}-{line|all}, figure-panel, figure-value,
//                figure-definition, part-numerator, part-denominator, figure-rows, figure-close
//   calls        play-recording, recording
//   routing      routing, routing-{queues|agents|rules|takeover|callbacks}, routing-version, routing-changes, routing-refused, queue-edit-{id},
//                queue-save, line-edit-{id}, line-save, emergency-{line}, emergency-confirm, emergency-end-{line}, agent-edit-{agent},
//                agent-state-{agent}, agent-queue-{id}, agent-skill-{id}, agent-save, skills-edit, skill-add, skills-save, rule-add,
//                rule-edit-{id}, rule-save, takeover-form, takeover-ask, takeover-approve-{id}, takeover-end-{id}, callbacks-table
import { html, render, useEffect, useErrorBoundary } from './vendor/preact.js';
import { language, named, setLanguage, t } from './lib/i18n.js';
import { centre } from './lib/centre.js';
import { useStore } from './lib/store.js';
import { may, resume, session, startPage } from './lib/session.js';
import { go, useRoute } from './lib/router.js';
import { complain } from './lib/toasts.js';
import { unsaved } from './lib/drafts.js';
import { desk } from './lib/desk.js';
import './lib/alerts.js';
import './lib/focus.js';
import './lib/ring.js';
import './lib/voice.js';
import { Frame } from './components/frame.js';
import { places } from './components/rail.js';
import { ConnectionBanner } from './components/banner.js';
import { Toasts } from './components/toasts.js';
import { Empty, Loading } from './components/states.js';
import { SignIn } from './pages/signin.js';
import { DeskPage } from './pages/desk.js';
import { MissedPage } from './pages/missed.js';
import { OrdersPage } from './pages/orders.js';
import { ImportPage } from './pages/orders-import.js';
import { OrderPage } from './pages/order.js';
import { InboxPage } from './pages/inbox.js';
import { BoardPage } from './pages/board.js';
import { ReportPage } from './pages/report.js';
import { CallsPage } from './pages/calls.js';
import { LimitsPage } from './pages/limits.js';
import { WatchPage } from './pages/watch.js';
import { NoticePage } from './pages/order-notice.js';
import { RoutingPage } from './pages/routing.js';

const pages = { desk: DeskPage, missed: MissedPage, orders: OrdersPage, inbox: InboxPage, board: BoardPage, report: ReportPage, calls: CallsPage, routing: RoutingPage, limits: LimitsPage, watch: WatchPage };

function Page({ name, id, part }) {
  // A mistake of ours in one page must not take the call bar away from an agent who is talking.
  const [mistake, forget] = useErrorBoundary((error) => console.error(error));
  if (mistake) return html`<${Empty} title=${t('error.page')}><button type="button" onClick=${forget}>${t('action.retry')}</button></${Empty}>`;
  if (name === 'orders' && id === 'import' && may('orders.import')) return html`<${ImportPage} />`;
  if (name === 'orders' && id && part === 'notice') return html`<${NoticePage} key=${id} id=${id} />`;
  if (name === 'orders' && id) return html`<${OrderPage} key=${id} id=${id} />`;
  const Known = pages[name];
  if (!Known) return html`<${Empty} title=${t('error.noPage')}><a href=${startPage()}>${t('error.goStart')}</a></${Empty}>`;
  if (!places.find((each) => each.page === name).open()) {
    return html`<${Empty} title=${t('error.notYours')}><a href=${startPage()}>${t('error.goStart')}</a></${Empty}>`;
  }
  return html`<${Known} key=${name} />`;
}

function App() {
  useStore(language); // A change of language redraws everything, and loses nothing.
  const who = useStore(session);
  const { path } = useRoute();
  const [, name, id, part] = path.split('/');
  const person = who?.person.id;
  useEffect(() => {
    if (person && ['', 'sign-in'].includes(name)) go(startPage(), { replace: true });
    if (person && !desk.get()) document.title = t('frame.title', { page: t(`nav.${name in pages ? name : 'orders'}`), centre: named(centre.get()) });
  });
  if (who === undefined) return html`<${ConnectionBanner} /><${Loading} />`;
  return html`${who ? html`<${Frame} page=${name} key=${person}><${Page} key=${name} name=${name} id=${id} part=${part} /></${Frame}>` : html`<${SignIn} />`}<${Toasts} />`;
}

/// Leaving the document ends the voice and may leave words unsaved; the browser asks once.
window.addEventListener('beforeunload', (event) => {
  if (desk.get()?.call || unsaved().length) event.preventDefault();
});

setLanguage(language.get());
render(html`<${App} />`, document.getElementById('app'));
begin();

/// While the database is away nobody can sign in, and nobody has been signed out: the banner tells, and we ask again.
async function begin() {
  try {
    await resume();
  } catch (error) {
    if (error.code === 'databaseUnavailable') return setTimeout(begin, 3_000);
    session.set(null);
    complain(error);
  }
}
