// What helps while an order is written: proposals and similar orders, asked for when she pauses. One question at a time; of
// what changes meanwhile only the newest is asked next. Without an answer the form works as ever.
import { useEffect, useMemo } from '../vendor/preact.js';
import * as api from './api.js';
import { createStore, useStore } from './store.js';

const pause = 600;
const none = { model: null, proposals: [], repeats: [] };
const known = new WeakMap();

function createSuggestions(draft) {
  const store = createStore(none);
  let followers = 0;
  let unsubscribe = null;
  let timer = null;
  let asked = null;
  let asking = false;

  function question() {
    const { line, call, fields, category } = draft.store.get();
    return JSON.stringify({
      line, title: fields.title, what: fields.what, where: fields.where, category: category || null, call, order: draft.id(),
    });
  }

  async function ask() {
    if (asking || !followers) return;
    const next = question();
    if (next === asked) return;
    asking = true;
    asked = next;
    try {
      store.set(await api.post('/suggestions', JSON.parse(next)));
    } catch (error) {
      if (!error.code) throw error;
      asked = null; // Asked again with the next change; a hint is not worth a message.
    } finally {
      asking = false;
      if (asked) look();
    }
  }

  function look() {
    if (question() === asked) return;
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  }

  function follow() {
    followers += 1;
    if (followers === 1) {
      unsubscribe = draft.store.subscribe(look);
      look();
    }
    return () => {
      followers -= 1;
      if (followers) return;
      clearTimeout(timer);
      unsubscribe();
    };
  }

  /// Something here has changed one of the orders shown.
  function again() {
    asked = null;
    look();
  }

  return { store, follow, again };
}

export function suggestionsOf(draft) {
  if (!known.has(draft)) known.set(draft, createSuggestions(draft));
  return known.get(draft);
}

/// `{model, proposals, repeats}` as they are for what the draft says.
export function useSuggestions(draft) {
  const suggestions = useMemo(() => suggestionsOf(draft), [draft]);
  useEffect(() => suggestions.follow(), [suggestions]);
  return useStore(suggestions.store);
}

export const proposalOf = (answer, label) => answer.proposals.find((each) => each.label === label) ?? null;

/// What was shown, as the order that leaves the draft keeps it.
export function shownProposals({ model, proposals }) {
  if (!model || !proposals.length) return null;
  return { model: model.version, ...Object.fromEntries(proposals.map(({ label, value, confidence }) => [label, { value, confidence }])) };
}
