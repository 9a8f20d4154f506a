// Short notices at the edge of the page. A success goes by itself; an error stays until it is put away, because
// somebody who looked at the citizen's words instead must still find it.
import { createStore } from './store.js';

export const toasts = createStore([]);

/// More than this would cover the work; the oldest goes first.
const most = 4;
const shownFor = 5_000;
let next = 0;

/// One that is `about` the same as another takes its place.
export function toast(message, kind = 'done', about = message) {
  const id = next++;
  const others = toasts.get().filter((each) => each.about !== about);
  toasts.set([...others, { id, message, kind, about }].slice(-most));
  if (kind === 'done') setTimeout(() => putAway(id), shownFor);
}

export const putAway = (id) => toasts.set(toasts.get().filter((each) => each.id !== id));

export const complain = (error) => {
  if (!error?.code) throw error; // A mistake of ours belongs in the console, not in a polite notice.
  toast(error.message, 'error');
};
