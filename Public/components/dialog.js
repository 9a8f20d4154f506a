// A modal dialog: the browser's own, which keeps the focus inside and gives it back.
import { html, useEffect, useRef } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { Icon } from './icons.js';

export function Dialog({ title, onClose, children, wide = false, testid }) {
  const dialog = useRef();
  useEffect(() => {
    const { current } = dialog;
    const before = document.activeElement;
    current.showModal();
    return () => {
      current.close();
      if (before?.isConnected) before.focus();
    };
  }, []);
  // Escape while composing Chinese closes the list of candidates, not the dialog with what was written.
  const escape = (event) => { if (event.key === 'Escape' && event.isComposing) event.preventDefault(); };
  const cancel = (event) => { event.preventDefault(); onClose(); };
  return html`<dialog ref=${dialog} class=${wide ? 'dialog wide' : 'dialog'} aria-labelledby="dialog-title"
      data-testid=${testid} onCancel=${cancel} onKeyDown=${escape}>
    <header><h2 id="dialog-title">${title}</h2>
      <button type="button" class="quiet icon-only" onClick=${onClose} aria-label=${t('action.closeDialog')} data-testid="dialog-close">
        <${Icon} name="close" /></button>
    </header>
    ${children}
  </dialog>`;
}
