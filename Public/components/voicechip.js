// The state of the agent's voice and, when it is not well, what to do about it.
import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { tryAgain, voice } from '../lib/voice.js';
import { desk } from '../lib/desk.js';
import { Icon } from './icons.js';

const troubled = ['denied', 'noMicrophone', 'silent', 'elsewhere', 'off', 'lost'];

/// A click on the button is also the gesture some browsers want before they play sound.
export function VoiceChip() {
  const { state, level, message } = useStore(voice);
  const device = useStore(desk, (value) => value?.device);
  if (device === 'phone') return html`<span class="voice">${t('voice.phone')}</span>`;
  if (state === 'none') return null;
  const trouble = troubled.includes(state);
  return html`<span class=${`voice ${trouble ? 'troubled' : ''}`} data-testid="voice-state" data-state=${state}>
    ${state === 'connected' ? html`<span class="level" role="img" aria-label=${t('voice.level', { n: level })}>
      ${[1, 2, 3, 4, 5].map((step) => html`<i class=${level >= step ? 'on' : ''}></i>`)}</span>` : trouble
        && html`<${Icon} name="warning" size="16" />`}
    <span>${t(`voice.${state}`)}</span>
    ${['denied', 'noMicrophone', 'silent', 'lost'].includes(state) && html`<button type="button" class="small" onClick=${tryAgain}
      data-testid="voice-retry">
      ${t(state === 'silent' ? 'voice.playNow' : 'action.retry')}</button>`}
    ${trouble && html`<span class="voice-help" role="alert">${message ?? t(`voice.${state}.help`)}</span>`}</span>`;
}
