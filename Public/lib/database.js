// Whether the server can keep what it is sent. Learnt from its refusal; from then on it is asked until it can again.
import { createStore } from './store.js';

export const databaseAway = createStore(false);

const pause = 3_000;
let asking = null;

export function databaseRefused() {
  if (!databaseAway.get()) databaseAway.set(true);
  asking ??= setTimeout(ask, pause);
}

async function ask() {
  asking = null;
  const ready = await fetch('/ready', { cache: 'no-store', signal: AbortSignal.timeout(pause) })
    .then((response) => response.json())
    .catch(() => null);
  // No answer at all is the lost connection's banner to tell.
  if (ready?.parts.find((part) => part.name === 'database').ok) databaseAway.set(false);
  else asking = setTimeout(ask, pause);
}
