import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { putAway, toasts } from '../lib/toasts.js';
import { Icon } from './icons.js';

/// The live regions stand in the page from the start; one that comes with its text is not read by every reader.
export function Toasts() {
  const all = useStore(toasts);
  const list = (kind) => all.filter((each) => each.kind === kind).map((each) => html`
    <div class=${`toast ${kind}`} key=${each.id} data-testid=${`toast-${kind}`}>
      <${Icon} name=${kind === 'done' ? 'check' : 'warning'} /><span>${each.message}</span>
      <button type="button" class="quiet icon-only" onClick=${() => putAway(each.id)} aria-label=${t('action.putAway')}>
        <${Icon} name="close" size="16" /></button>
    </div>`);
  return html`<div class="toasts"><div role="status" aria-live="polite">${list('done')}</div><div role="alert">${list('error')}</div>
    </div>`;
}
