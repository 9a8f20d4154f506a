// Nobody can answer: new callers of a line hear a message and nothing else. Asked twice, for it turns every citizen away.
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { lineName } from '../lib/centre.js';
import { complain, toast } from '../lib/toasts.js';
import * as api from '../lib/api.js';
import { Dialog } from '../components/dialog.js';

export function EmergencyButton({ line, done }) {
  const [asked, setAsked] = useState(false);
  async function set(on) {
    setAsked(false);
    try {
      await api.put(`/lines/${line.id}/emergency`, { on });
      toast(t(on ? 'emergency.begun' : 'emergency.ended', { line: lineName(line.id) }));
      done();
    } catch (error) {
      complain(error);
    }
  }
  if (line.emergency) {
    return html`<span class="tag red">${t('emergency.on')}</span>
      <button type="button" class="primary" onClick=${() => set(false)} data-testid=${`emergency-end-${line.id}`}>${t('emergency.end')}</button>`;
  }
  return html`<button type="button" onClick=${() => setAsked(true)} data-testid=${`emergency-${line.id}`}>${t('emergency.begin')}</button>
    ${asked && html`<${Dialog} title=${t('emergency.title', { line: lineName(line.id) })} onClose=${() => setAsked(false)} testid="emergency-dialog">
      <form onSubmit=${(event) => { event.preventDefault(); set(true); }}><p>${t('emergency.explain')}</p>
        <footer><button type="button" autofocus onClick=${() => setAsked(false)}>${t('action.cancel')}</button>
          <button class="danger primary" data-testid="emergency-confirm">${t('emergency.begin')}</button></footer></form></${Dialog}>`}`;
}
