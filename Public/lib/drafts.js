// The drafts open in this page, and where their unacknowledged words are kept: under the person's own key, so that
// the next to sit at this computer does not find them, and only until the server has them.
import { createDraft } from './draft.js';
import { createStore } from './store.js';
import { session } from './session.js';
import { connection } from './events.js';
import * as api from './api.js';

const open = new Map();
/// Which draft a call is being written in; a citizen with two matters gets two orders.
export const matters = createStore({});
const prefix = () => `hotline.draft.${session.get()?.person.id}.`;

const place = {
  write(key, value) {
    try {
      localStorage.setItem(prefix() + key, JSON.stringify(value));
    } catch { /* A full or forbidden storage takes the second net away, not the first: the server's. */ }
  },
  forget: (key) => localStorage.removeItem(prefix() + key),
  knows: (order, exceptKey) => [...open.values()].some((each) => each.key !== exceptKey && each.id() === order),
};

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(prefix() + key));
  } catch {
    return null;
  }
}

/// Everything kept here that the server has not acknowledged.
export function keptDrafts() {
  const start = prefix();
  return Object.keys(localStorage).filter((name) => name.startsWith(start)).map((name) => {
    const key = name.slice(start.length);
    return { key, ...read(key) };
  });
}

function remember(draft) {
  open.set(draft.key, draft);
  return draft;
}

/// The draft of a call. After a reload the server's order of that call is taken up again, with what was kept here on top.
export async function draftOfCall(call, line) {
  const number = matters.get()[call] ?? 1;
  const key = number === 1 ? `call.${call}` : `call.${call}.${number}`;
  if (open.has(key)) return open.get(key);
  const kept = read(key);
  let order = null;
  let known = line;
  if (number === 1) {
    const row = await api.get(`/calls/${call}`).catch(() => null);
    known ??= row?.line;
    if (row?.order) order = await api.get(`/orders/${row.order}`).catch(() => null);
  }
  if (open.has(key)) return open.get(key);
  return remember(createDraft({ key, place, call, line: known, order, kept: order && order.state !== 'draft' ? null : kept }));
}

export function anotherMatter(call) {
  matters.patch({ [call]: (matters.get()[call] ?? 1) + 1 });
}

/// The draft of an order that exists (from the order page).
export function draftOfOrder(order) {
  const found = [...open.values()].find((each) => each.id() === order.id);
  if (found) return found;
  const kept = keptDrafts().find((each) => each.order === order.id);
  const key = kept?.key ?? `order.${order.id}`;
  return remember(createDraft({ key, place, call: order.call, line: order.line, order, kept }));
}

/// A matter that came without a call.
export function newDraft(line) {
  const key = 'new';
  if (!open.has(key)) remember(createDraft({ key, place, line: read(key)?.line ?? line, kept: read(key) }));
  return open.get(key);
}

export const closeDraft = (key) => {
  open.get(key)?.stop();
  open.delete(key);
};

export const openDraft = (key) => open.get(key);

/// What still waits for the server by itself; a refused draft waits for its writer instead.
export const unsaved = () => [...open.values()].filter((each) => ['dirty', 'saving', 'kept'].includes(each.store.get().status));

const saveAll = (options) => unsaved().forEach((each) => each.save(options));

/// Going away (another program, a closing laptop) saves at once; `keepalive` lets the request outlive the page.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) saveAll({ keepalive: true });
});
window.addEventListener('pagehide', () => saveAll({ keepalive: true }));

connection.subscribe(({ state }) => {
  if (state === 'live') unsaved().filter((each) => each.store.get().status === 'kept').forEach((each) => each.save());
});

/// What a crashed browser or a lost line left here goes to the server as soon as its writer is back.
function resumeKept() {
  for (const kept of keptDrafts()) {
    if (!open.has(kept.key)) remember(createDraft({ key: kept.key, place, call: kept.call, line: kept.line, kept }));
  }
}

session.subscribe((person) => {
  if (person) {
    if (open.size === 0) resumeKept();
    return;
  }
  for (const draft of open.values()) draft.stop();
  open.clear();
});
