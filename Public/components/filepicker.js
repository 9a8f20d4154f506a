// The choice of files, in the page's own words: the browser's input speaks the browser's language, so that only its dialog is used.
import { html, useRef } from '../vendor/preact.js';

/// `chosen(files)` is told of each choice, also of the same file again. While it is busy nothing is taken, and the focus stays.
export function FilePicker({ label, accept, multiple = false, busy = false, chosen, testid, class: more = '' }) {
  const input = useRef(null);
  const take = ({ target }) => {
    const files = [...target.files];
    target.value = '';
    if (files.length) chosen(files);
  };
  return html`<button type="button" class=${more} aria-disabled=${busy ? 'true' : undefined} onClick=${() => { if (!busy) input.current.click(); }}
      data-testid=${`${testid}-choose`}>${label}</button>
    <input ref=${input} type="file" hidden multiple=${multiple} accept=${accept} onChange=${take} data-testid=${testid} />`;
}
