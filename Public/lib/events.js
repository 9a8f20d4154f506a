// The one event stream of this page. Each event carries the whole current value of its topic, so nothing is lost
// when some were missed; what must be known is whether the stream still lives, which `hello` every 10 s says.
import { createStore } from './store.js';
import { learnServerTime } from './time.js';

/// Two and a half `hello`s; one may be late on a poor line without alarming anybody.
const silence = 25_000;
const firstRetry = 1_000;
/// After a restart of the server an agent should be back within seconds; a thousand pages at this pace are no load.
const lastRetry = 5_000;
const topics = ['desk', 'voice', 'board', 'orders', 'missed', 'alerts', 'viewing', 'hello'];

/// 'off' before sign-in, 'connecting' at first, 'live', 'lost' (says so in the banner).
export const connection = createStore({ state: 'off', since: 0 });

const listeners = new Map(topics.map((topic) => [topic, new Set()]));
let source = null;
let watch = null;
let retry = firstRetry;
let retryTimer = null;
/// Changes of orders that happened while nobody listened are not told again to a new stream.
let missedSome = false;
/// A browser opens six connections to a host; tabs that nobody looks at must not use them up.
const pauseAfter = 60_000;
let mayPause = () => false;
let pauseTimer = null;

/// Calls `heard` with each value of the topic; returns how to stop. An order's change may be `null`: any may have changed.
export function on(topic, heard) {
  listeners.get(topic).add(heard);
  return () => listeners.get(topic).delete(heard);
}

export function openEvents() {
  if (source || connection.get().state !== 'off') return;
  state('connecting');
  connect();
}

export function closeEvents() {
  drop();
  state('off');
}

function state(next) {
  if (connection.get().state !== next) connection.set({ state: next, since: Date.now() });
}

function connect() {
  drop();
  source = new EventSource('/api/v1/events');
  for (const topic of topics) source.addEventListener(topic, (event) => received(topic, event));
  source.onopen = alive;
  // The browser's own retry cannot be seen or bounded and gives up for good on an HTTP error, so we do it.
  source.onerror = reconnect;
  guard();
}

function received(topic, event) {
  alive();
  const value = JSON.parse(event.data);
  if (topic === 'hello') learnServerTime(value.time);
  for (const heard of [...listeners.get(topic)]) heard(value);
}

function alive() {
  retry = firstRetry;
  state('live');
  guard();
  if (!missedSome) return;
  missedSome = false;
  for (const heard of [...listeners.get('orders')]) heard({ changed: null, version: null });
}

function guard() {
  clearTimeout(watch);
  watch = setTimeout(reconnect, silence);
}

function reconnect() {
  if (connection.get().state === 'off') return;
  drop();
  state('lost');
  retryTimer = setTimeout(connect, retry * (0.75 + Math.random() / 2));
  retry = Math.min(retry * 2, lastRetry);
}

function drop() {
  missedSome ||= source !== null;
  clearTimeout(watch);
  clearTimeout(retryTimer);
  source?.close();
  source = null;
}

/// Says when a hidden page may do without the stream: not while an agent on duty is reached through it.
export const pauseWhen = (allowed) => { mayPause = allowed; };

function pause() {
  if (!document.hidden || connection.get().state === 'off') return;
  if (!mayPause()) {
    pauseTimer = setTimeout(pause, pauseAfter);
    return;
  }
  drop();
  state('connecting');
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(pauseTimer);
  if (document.hidden) pauseTimer = setTimeout(pause, pauseAfter);
  else if (!source && connection.get().state === 'connecting') connect();
});

/// A laptop that wakes, or a network that returns, tries at once instead of waiting out its pause.
for (const moment of ['online', 'pageshow']) {
  window.addEventListener(moment, () => {
    if (connection.get().state === 'lost') connect();
  });
}
