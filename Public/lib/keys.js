// Keyboard shortcuts. Each is registered with the words that explain it, so the list behind `?` is never out of date.
import { useEffect, useRef } from '../vendor/preact.js';
import { createStore } from './store.js';

export const shortcuts = createStore([]);

const typing = (target) => target instanceof Element &&
  (target.matches('input:not([type=radio],[type=checkbox],[type=button]), textarea, select') || target.isContentEditable);

/// 'Alt+4', 'F2', 'Ctrl+Enter', '/', '?'. Digits and letters go by the key's place (`code`), because with Alt some
/// systems type another sign.
export function nameOf(event) {
  const place = /^(?:Digit|Key|Numpad)(\w)$/.exec(event.code)?.[1];
  const key = (event.altKey || event.ctrlKey) && place ? place : event.key;
  const marks = [event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.shiftKey && key.length > 1 && 'Shift'].filter(Boolean);
  return [...marks, key.length === 1 ? key.toUpperCase() : key].join('+');
}

window.addEventListener('keydown', (event) => {
  // While an input method composes, every key belongs to it: Enter chooses a word, digits choose a candidate.
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || event.metaKey) return;
  const name = nameOf(event);
  const plain = !/^(F\d+|Ctrl\+|Alt\+)/.test(name);
  if (plain && typing(event.target)) return;
  // A dialog has the keyboard to itself, save for the keys of the call.
  const inDialog = document.querySelector('dialog[open]');
  const found = shortcuts.get().findLast((each) => each.key === name && (!inDialog || each.always || each.inDialog));
  if (!found) return;
  event.preventDefault();
  if (!event.repeat) found.run(event);
});

let next = 0;

/// Registers while the component is shown and `enabled`. `group` and `words` are keys of the word list.
export function useKey(key, words, run, { group = 'page', enabled = true, always = false, inDialog = false } = {}) {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    if (!enabled) return undefined;
    const id = next++;
    shortcuts.set([...shortcuts.get(), { id, key, words, group, always, inDialog, run: (event) => latest.current(event) }]);
    return () => shortcuts.set(shortcuts.get().filter((each) => each.id !== id));
  }, [key, words, group, enabled, always, inDialog]);
}
