// What the dispatch model proposes for a field, beside it: quiet, with how sure it is and why. A click or a key takes it.
import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useKey } from '../lib/keys.js';

export function Proposal({ proposal, name, value, keyName, take, inDialog = false }) {
  const isOpen = Boolean(proposal) && proposal.value !== value;
  useKey(keyName, `proposal.take.${proposal?.label ?? 'kind'}`, () => take(proposal.value), { group: 'form', enabled: isOpen, inDialog });
  if (!proposal) return null;
  const { label, words, confidence } = proposal;
  if (!isOpen) return html`<p class="proposal muted" data-testid=${`proposal-${label}-taken`}>${t('proposal.same')}</p>`;
  const percent = Math.min(99, Math.round(confidence * 100)); // Nothing that learned is ever quite sure.
  return html`<p class="proposal"><button type="button" class="small" onClick=${() => take(proposal.value)} data-testid=${`proposal-${label}`}
    data-value=${proposal.value} aria-label=${t('proposal.aria', { name, percent, words: words.join(t('proposal.comma')) })}>
      ${t('proposal.take', { name })} <kbd aria-hidden="true">${keyName.replace('+', ' ')}</kbd></button>
    <span class="muted" aria-hidden="true">${t('proposal.why', { percent, words: words.slice(0, 3).join(t('proposal.comma')) })}</span></p>`;
}
