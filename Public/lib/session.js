// Who is signed in, what she may do, and how she likes the page.
import * as api from './api.js';
import { createStore, useStore } from './store.js';
import { setLanguage } from './i18n.js';
import { loadCentre, centre } from './centre.js';
import { closeEvents, on, openEvents } from './events.js';

/// undefined while we do not know yet, null when nobody is signed in.
export const session = createStore(undefined);
export const useSession = () => useStore(session);
export const may = (permission) => session.get()?.permissions.includes(permission) ?? false;

export async function resume() {
  try {
    await take(await api.get('/session'));
  } catch (error) {
    if (error.status !== 401) throw error;
    session.set(null);
  }
}

/// `chosen` is the language picked on the sign-in page just now, or null: then the person's own holds.
export async function signIn(login, password, chosen = null) {
  await take(await api.post('/session', { login, password }), chosen);
}

export async function signOut() {
  await api.remove('/session');
  forget();
}

async function take(next, chosen = null) {
  api.setToken(next.csrfToken);
  if (chosen && chosen !== next.preferences.language) {
    const preferences = { ...next.preferences, language: chosen };
    next = { ...next, preferences };
    api.put('/session/preferences', preferences).catch(() => {}); // It holds for this page in any case.
  }
  show(next.preferences);
  await loadCentre();
  session.set(next);
  openEvents();
}

/// A leader made a queue or a kind of break: pages that are open name it, and offer it, from the next sign of life on.
on('hello', (hello) => {
  if (centre.get() && centre.get().version !== hello.centre) loadCentre().catch(() => {}); // The next sign of life tries again.
});

export function forget() {
  closeEvents();
  api.setToken(null);
  centre.set(null);
  session.set(null);
}

api.onSignedOut(() => {
  if (session.get()) forget();
});

/// Shown at once; if the server cannot keep it, it still holds for this page.
export async function prefer(part) {
  const preferences = { ...session.get()?.preferences, ...part };
  show(preferences);
  if (!session.get()) return;
  session.patch({ preferences });
  const kept = await api.put('/session/preferences', preferences);
  if (session.get() && kept) session.patch({ preferences: kept.preferences });
}

function show({ language: chosen, theme, textSize }) {
  if (chosen) setLanguage(chosen);
  document.documentElement.dataset.theme = theme ?? 'system';
  document.documentElement.dataset.size = textSize ?? 'normal';
}

const starts = { agent: '/desk', officer: '/inbox', leader: '/board', director: '/report', administrator: '/report' };

export const startPage = () => starts[session.get()?.person.role] ?? '/orders';
