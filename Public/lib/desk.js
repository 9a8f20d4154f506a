// The agent's desk: what the switchboard says she is doing, and what she may ask of it.
import * as api from './api.js';
import { createStore } from './store.js';
import { on } from './events.js';
import { may, session } from './session.js';
import { complain } from './toasts.js';
import { now } from './time.js';

export const desk = createStore(null);
export const missedOpen = createStore(null);
/// True between a click and the server's word, so that a second click does not ask twice.
export const asking = createStore(false);
/// How often the stream has told of the desk, and how often something was asked.
let news = 0;
let turn = 0;
/// The call that was placed for an order's follow-up, by order; the follow-up is then recorded with it.
export const followUpCalls = createStore({});

on('desk', (next) => {
  news += 1;
  // She sees a new state and may act on it, though the answer to what brought it is still on its way.
  if (next?.state !== desk.get()?.state) asking.set(false);
  take(next);
});
on('missed', (value) => missedOpen.set(value.open));

/// A leader may have the permission without an agent's number; then there is no desk to show.
session.subscribe(async (person) => {
  if (!person) {
    desk.set(null);
    missedOpen.set(null);
    return;
  }
  if (may('desk') && person.person.agent && !desk.get()) await loadDesk();
});

async function loadDesk() {
  const fresh = await api.get('/desk').catch((error) => complain(error));
  if (fresh) take(fresh);
}

function take(next) {
  const call = next?.call;
  if (call?.purpose === 'followUp' && call.order) {
    followUpCalls.patch({ [call.order]: call.id });
  }
  desk.set(next && { ...next, heardAt: now() });
}

async function ask(request) {
  if (asking.get()) return false;
  asking.set(true);
  const [heard, mine] = [news, ++turn];
  try {
    const answer = await request();
    // What the stream has said meanwhile may be newer; of what was asked here it will tell as well.
    if (news === heard) take(answer);
    return true;
  } catch (error) {
    if (error.status === 409) await loadDesk(); // What we showed was out of date; show what is.
    complain(error);
    return false;
  } finally {
    if (turn === mine) asking.set(false);
  }
}

/// `seat` is a desk with a phone; without one she answers with her own phone or in the browser.
export const startDuty = (site, seat = null) => ask(() => api.post('/desk/duty', { site, seat }));
export const endDuty = () => ask(() => api.remove('/desk/duty'));
/// `pause` is the kind of break, if the centre tells them apart.
export const setState = (state, pause = null) => ask(() => api.put('/desk/state', pause ? { state, pause } : { state }));
export const extendWrapUp = () => ask(() => api.put('/desk/wrap-up/extension'));
export const accept = (offer) => ask(() => api.post(`/desk/offers/${offer}/acceptance`));
export const hold = (held) => ask(() => api.put('/desk/call/hold', { on: held }));
export const mute = (muted) => ask(() => api.put('/desk/call/mute', { on: muted }));
export const hangUp = () => ask(() => api.remove('/desk/call'));
export const callCitizen = (purpose, reference) => ask(() => api.post('/calls', { purpose, reference }));

export const onDuty = (value) => Boolean(value) && value.state !== 'offline';

/// A citizen may be called when nobody is on the line and nobody is being offered.
export const mayCall = (value) => onDuty(value) && !value.call && !value.offer;
