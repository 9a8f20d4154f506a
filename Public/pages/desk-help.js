// What helps her say it: the line's script with her own number in it.
import { html } from '../vendor/preact.js';
import { language, t } from '../lib/i18n.js';
import { line as lineOf } from '../lib/centre.js';

/// The steps of the line's script in the reader's language, with her own number where it belongs.
export function script(line, agent) {
  const english = language.get() === 'en';
  return (lineOf(line)?.script ?? []).map((step) => ({
    title: (english && step.englishTitle) || step.title,
    text: ((english && step.englishText) || step.text).replaceAll('{agent}', agent),
  }));
}

export function Help({ line, agent }) {
  const steps = script(line, agent);
  return html`<aside class="help" aria-label=${t('help.label')} data-testid="script"><h2>${t('help.label')}</h2>
    ${steps.length ? html`<ol class="script">${steps.map((step) => html`<li><h3>${step.title}</h3><p>${step.text}</p></li>`)}</ol>`
      : html`<p class="muted">${t('help.none')}</p>`}</aside>`;
}
