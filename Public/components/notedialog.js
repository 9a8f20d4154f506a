// Asks for one text and does one thing with it: an answer, a contact, a reason.
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { Dialog } from './dialog.js';
import { TextArea } from './fields.js';

/// `send(text)` resolves when it is done; a refusal is shown beside the field and the text stays.
export function NoteDialog({ title, label, hint, confirm, missing, send, onClose, testid, rows = 4, field, initial = '' }) {
  const [text, setText] = useState(initial);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  async function submit(event) {
    event.preventDefault();
    if (!text.trim()) return setError(missing);
    setBusy(true);
    try {
      await send(text.trim());
      return onClose();
    } catch (problem) {
      if (!problem.code) throw problem;
      return setError(problem.field(field) ?? problem.message);
    } finally {
      setBusy(false);
    }
  }
  return html`<${Dialog} title=${title} onClose=${onClose} testid=${`${testid}-dialog`}>
    <form onSubmit=${submit}>
      <${TextArea} id="note-text" testid=${`${testid}-text`} label=${label} hint=${hint} error=${error} rows=${rows} autofocus
        value=${text} onInput=${setText} />
      <footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
        <button class="primary" disabled=${busy} data-testid=${`${testid}-confirm`}>${confirm}</button></footer>
    </form>
  </${Dialog}>`;
}
