// A value that many parts of the page read. Readers are called in the order they came; a reader that throws
// would stop the others, so readers only ask for a redraw.
import { useLayoutEffect, useRef, useState } from '../vendor/preact.js';

export function createStore(value) {
  const readers = new Set();
  const store = {
    get: () => value,
    set(next) {
      value = next;
      for (const reader of [...readers]) reader(value);
    },
    patch: (part) => store.set({ ...value, ...part }),
    subscribe(reader) {
      readers.add(reader);
      return () => readers.delete(reader);
    },
  };
  return store;
}

const whole = (value) => value;

/// Redraws the component only when what it picks has changed (by identity), so that a board's second-by-second
/// news does not redraw a form being typed into.
export function useStore(store, pick = whole) {
  const [, redraw] = useState(0);
  const last = useRef();
  const latest = useRef(pick);
  latest.current = pick;
  last.current = pick(store.get());
  useLayoutEffect(() => {
    const look = () => {
      if (!Object.is(latest.current(store.get()), last.current)) redraw((n) => n + 1);
    };
    look();
    return store.subscribe(look);
  }, [store]);
  return last.current;
}
