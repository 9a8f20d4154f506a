// The call bar: what the agent is doing, since when, and the keys of the call. It keeps its place on every page and
// its height in every state, so nothing below it ever jumps.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { accept, asking, desk, endDuty, extendWrapUp, hangUp, hold, mute, setState, startDuty } from '../lib/desk.js';
import { breakName, breaks, centre, lineName, seatName, seatsOf, siteName } from '../lib/centre.js';
import { inWords, masked, running } from '../lib/format.js';
import { named } from '../lib/i18n.js';
import { useNow } from '../lib/time.js';
import { useKey } from '../lib/keys.js';
import { go, route } from '../lib/router.js';
import { allowSound } from '../lib/ring.js';
import { Icon } from './icons.js';
import { VoiceChip } from './voicechip.js';

/// A key of the call: a button with its shortcut written on it.
function Key({ name, keyName, icon, words, run, tone = '', pressed, enabled = true }) {
  const busy = useStore(asking);
  useKey(keyName, words, run, { group: 'call', enabled, always: true });
  return html`<button type="button" class=${`call-key ${tone}`} onClick=${run} disabled=${!enabled || busy} data-testid=${name}
    aria-pressed=${pressed === undefined ? undefined : String(pressed)} aria-keyshortcuts=${keyName}>
    ${icon && html`<${Icon} name=${icon} />`}<span>${t(words)}</span><kbd aria-hidden="true">${keyName}</kbd></button>`;
}

const Ready = ({ primary = true }) => html`<${Key} name="state-ready" keyName="Alt+R" words="desk.ready" tone=${primary ? 'primary' : ''} run=${() => setState('ready')} />`;
/// The key takes a break of no kind; beside it stand the kinds, where the centre has some.
const Break = () => html`<${Key} name="state-break" keyName="Alt+P" words="desk.break" run=${() => setState('break')} />
  ${breaks().length > 0 && html`<select aria-label=${t('desk.breakKind')} data-testid="break-kind" onChange=${(event) => {
    const kind = event.target.value;
    event.target.value = '';
    if (kind) setState('break', kind);
  }}><option value="">${t('desk.breakKind')}</option>
    ${breaks().map((each) => html`<option value=${each.id}>${named(each)}</option>`)}</select>`}`;
const Extend = () => html`<${Key} name="wrap-up-extend" keyName="Alt+X" words="desk.extend" run=${extendWrapUp} />`;

function Offline() {
  const sites = centre.get()?.sites ?? [];
  const [site, setSite] = useState(localStorage.getItem('hotline.site') ?? '');
  const chosen = sites.some((each) => each.id === site) ? site : sites[0]?.id;
  const seats = seatsOf(chosen);
  const [seat, setSeat] = useState(localStorage.getItem('hotline.seat') ?? '');
  const taken = seats.some((each) => each.id === seat) ? seat : '';
  const begin = (event) => {
    event.preventDefault();
    localStorage.setItem('hotline.site', chosen);
    localStorage.setItem('hotline.seat', taken);
    allowSound(); // This click is the one that lets the browser ring and play the citizen's voice.
    startDuty(chosen, taken || null);
  };
  return html`<form class="call-group" onSubmit=${begin}>
    <label for="duty-site">${t('desk.site')}</label>
    <select id="duty-site" value=${chosen} onChange=${(event) => setSite(event.target.value)} data-testid="duty-site">
      ${sites.map((each) => html`<option value=${each.id} selected=${each.id === chosen}>${named(each)}</option>`)}</select>
    ${seats.length > 0 && html`<label for="duty-seat">${t('desk.seat')}</label>
      <select id="duty-seat" value=${taken} onChange=${(event) => setSeat(event.target.value)} data-testid="duty-seat">
        <option value="">${t('desk.ownSeat')}</option>
        ${seats.map((each) => html`<option value=${each.id} selected=${each.id === taken}>${named(each)}</option>`)}</select>`}
    <button class="call-key primary" data-testid="duty-start">${t('desk.startDuty')}</button>
  </form>`;
}

function Offer({ offer, at, since, byPhone }) {
  const answer = async () => {
    if (await accept(offer.id)) go('/desk');
  };
  const waited = offer.waitedMs + Math.max(0, at - since);
  return html`<div class="call-who"><strong data-testid="offer-line">${lineName(offer.line)}</strong>
      <span class="number" data-testid="offer-number">${masked(offer.number)}</span>
      <span>${offer.place ?? ''}</span>${offer.isCallback && html`<span class="tag amber" data-testid="offer-callback">${t('desk.isCallback')}</span>`}
      <span data-testid="offer-wait">${t('desk.waited', { span: inWords(waited) })}</span></div>
    <div class="call-group">${byPhone ? html`<strong>${t('desk.pickUp')}</strong>`
      : html`<${Key} name="answer" keyName="F2" icon="answer" words=${offer.isCallback ? 'desk.callBackNow' : 'desk.answer'} tone="answer" run=${answer} />`}
      <span class="offer-left">${t('desk.offerLeft', { n: Math.max(0, Math.ceil((offer.expiresAt - at) / 1000)) })}</span></div>`;
}

function Call({ value, at }) {
  const { call } = value;
  const talking = call.phase === 'talking';
  return html`<div class="call-who"><strong data-testid="call-line">${call.purpose ? t(`purpose.${call.purpose}`) : lineName(call.line)}</strong>
      <span class="number" data-testid="call-number">${masked(call.number)}</span>
      ${!talking && html`<span>${t(`phase.${call.phase}`)} ${running(at - call.since)}</span>`}
      ${call.muted && html`<span class="tag amber">${t('desk.mutedNote')}</span>`}</div>
    <div class="call-group">
      <${Key} name="hold" keyName="F4" icon="hold" words=${call.held ? 'desk.unhold' : 'desk.hold'} pressed=${call.held} enabled=${talking} run=${() => hold(!call.held)} />
      <${Key} name="mute" keyName="F8" icon=${call.muted ? 'microphone' : 'mute'} words=${call.muted ? 'desk.unmute' : 'desk.mute'} pressed=${call.muted} enabled=${talking} run=${() => mute(!call.muted)} />
      <${Key} name="hang-up" keyName="F9" icon="hangUp" words="desk.hangUp" tone="danger" run=${hangUp} />
      <label class="after">${t('desk.after')}
        <select value=${value.afterCall ?? ''} onChange=${(event) => setState(event.target.value)} data-testid="after-call">
          ${!value.afterCall && html`<option value="">${t('desk.afterWrapUp')}</option>`}
          <option value="ready" selected=${value.afterCall === 'ready'}>${t('desk.ready')}</option>
          <option value="break" selected=${value.afterCall === 'break'}>${t('desk.break')}</option></select></label>
    </div>`;
}

function Body({ value, at }) {
  if (value.offer) return html`<${Offer} offer=${value.offer} at=${at} since=${value.heardAt} byPhone=${value.device === 'phone'} />`;
  if (value.call) return html`<${Call} value=${value} at=${at} />`;
  if (value.state === 'offline') return html`<${Offline} />`;
  const reason = value.state === 'break' && ['notAnswering', 'paused', 'unreachable'].includes(value.reason) ? t(`desk.reason.${value.reason}`)
    : value.reachable === false ? t('desk.unreachable') : null;
  return html`<div class="call-who">${reason && html`<span data-testid="state-reason">${reason}</span>`}
      ${!reason && value.state === 'ready' && html`<span class="muted">${t('desk.waiting')}</span>`}
      ${!reason && value.state === 'break' && value.pause && html`<span data-testid="break-name">${breakName(value.pause)}</span>`}
      ${!reason && value.state === 'wrapUp' && html`<span class="muted">${value.wrapUpLimitSeconds
        ? t('desk.wrapUpLimit', { span: inWords(value.wrapUpLimitSeconds * 1000) }) : t('desk.wrapUpHint')}</span>`}</div>
    <div class="call-group">
      ${value.state !== 'ready' && html`<${Ready} />`}
      ${value.state === 'wrapUp' && value.wrapUpLimitSeconds > 0 && html`<${Extend} />`}
      ${value.state !== 'break' && html`<${Break} />`}
      ${['ready', 'break'].includes(value.state) && html`<button type="button" class="call-key quiet" onClick=${endDuty}
        data-testid="duty-end">${t('desk.endDuty')}</button>`}</div>`;
}

/// The tab's title tells an agent who is looking at another window.
function useTitle(value) {
  useEffect(() => {
    const state = value.offer ? t('desk.titleOffer', { line: lineName(value.offer.line) }) : value.call ? t('desk.titleCall') : null;
    document.documentElement.dataset.band = value.offer ? 'offered' : value.call ? 'call' : '';
    if (state) document.title = state;
    else document.title = t('frame.title', { page: t(`nav.${route.get().path.split('/')[1] || 'desk'}`), centre: named(centre.get()) });
    return () => { delete document.documentElement.dataset.band; };
  });
}

const spoken = (value) => (value.offer ? t('desk.sayOffer', { line: lineName(value.offer.line), span: inWords(value.offer.waitedMs) })
  : value.call?.held ? t('desk.heldNote') : value.call?.phase === 'talking' ? t('state.onCall') : value.call ? t(`phase.${value.call.phase}`)
    : t(`state.${value.state}`));

export function CallBar() {
  const value = useStore(desk);
  const at = useNow(1000);
  useTitle(value);
  const shown = value.call ? (value.call.held ? 'held' : 'onCall') : value.state;
  const since = value.call?.phase === 'talking' ? value.call.since : value.since;
  return html`<section class=${`callbar ${shown}`} aria-label=${t('desk.callBar')} data-testid="callbar" data-state=${value.state}>
    <p class="call-state"><span class="dot" aria-hidden="true"></span>
      <strong data-testid="agent-state">${t(shown === 'held' ? 'state.held' : `state.${value.state}`)}</strong>
      ${value.state !== 'offline' && html`<span class="running" role="timer" data-testid="state-time">${running(at - since)}</span>`}</p>
    <${Body} value=${value} at=${at} />
    <p class="call-today">${!value.call && !value.offer && html`${value.site && html`<span class="site" data-testid="duty-place">${[siteName(value.site), value.seat && seatName(value.seat)].filter(Boolean).join(' · ')}</span>`}
      <span data-testid="today">${t('desk.today', { n: value.today?.answered ?? 0, span: inWords(value.today?.talkMs ?? 0) })}</span>`}
      <${VoiceChip} /></p>
    <span class="visually-hidden" aria-live="assertive" data-testid="call-live">${spoken(value)}</span>
  </section>`;
}
