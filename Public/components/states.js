// Empty, waiting, broken: what a list says when it has no rows.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { Icon } from './icons.js';

export const Empty = ({ title, children }) => html`
  <div class="empty" data-testid="empty"><p class="empty-title">${title}</p>${children && html`<p>${children}</p>`}</div>`;

/// Nothing for 300 ms (most answers are faster, and a flash of "loading" tires), then a word, then a longer one.
export function Loading() {
  const [phase, setPhase] = useState(0);
  useEffect(() => {
    const timers = [setTimeout(() => setPhase(1), 300), setTimeout(() => setPhase(2), 3000)];
    return () => timers.forEach(clearTimeout);
  }, []);
  return html`<p class="loading" role="status">${phase === 0 ? '' : t(phase === 1 ? 'state.loading' : 'state.loadingLong')}</p>`;
}

export const Failure = ({ error, retry }) => html`
  <div class="failure" role="alert">
    <p><${Icon} name="warning" /> ${error.message}</p>
    ${retry && html`<button type="button" onClick=${retry}>${t('action.retry')}</button>`}</div>`;

/// The three states of something fetched; `children` is a function of the data.
export function Fetched({ answer, children }) {
  if (answer.data) return children(answer.data);
  if (answer.error) return html`<${Failure} error=${answer.error} retry=${answer.reload} />`;
  return html`<${Loading} />`;
}
