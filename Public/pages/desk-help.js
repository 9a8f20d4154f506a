// What helps her: orders that tell the same, and the line's script with her own number in it.
import { html } from '../vendor/preact.js';
import { language, t } from '../lib/i18n.js';
import { Repeats } from '../components/repeats.js';
import { line as lineOf } from '../lib/centre.js';

/// The steps of the line's script in the reader's language, with her own number where it belongs.
export function script(line, agent) {
  const english = language.get() === 'en';
  return (lineOf(line)?.script ?? []).map((step) => ({
    title: (english && step.englishTitle) || step.title,
    text: ((english && step.englishText) || step.text).replaceAll('{agent}', agent),
  }));
}

export function Help({ line, agent, draft = null }) {
  const steps = script(line, agent);
  // Long scripts scroll, and must do so by keyboard too.
  return html`<aside class="help" tabindex="0" aria-label=${t('help.label')} data-testid="script">
    ${draft && html`<${Repeats} key=${draft.key} draft=${draft} />`}<h2>${t('help.label')}</h2>
    ${steps.length ? html`<ol class="script">${steps.map((step) => html`<li><h3>${step.title}</h3><p>${step.text}</p></li>`)}</ol>`
      : html`<p class="muted">${t('help.none')}</p>`}</aside>`;
}
