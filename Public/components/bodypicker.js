// Chooses the body: type a part of its name, arrow down, or Enter for the first. A city has a hundred bodies.
import { html, useRef, useState } from '../vendor/preact.js';
import { named, t } from '../lib/i18n.js';
import { bodies } from '../lib/centre.js';

export function BodyPicker({ value, onChange, error }) {
  const [filter, setFilter] = useState('');
  const list = useRef();
  const wanted = filter.trim().toLowerCase();
  const found = bodies().filter((each) => !wanted || named(each).toLowerCase().includes(wanted) || each.name.includes(wanted));
  function keys(event) {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      list.current.querySelector('input')?.focus();
    } else if (event.key === 'Enter' && !event.ctrlKey) {
      // Enter picks; what sends, from here too, is Ctrl+Enter.
      event.preventDefault();
      if (found[0]) onChange(found[0].id);
    }
  }
  return html`<div class=${`field body-picker ${error ? 'has-error' : ''}`}>
    <label for="body-filter">${t('dispatch.body')}</label>
    ${error && html`<p class="error" id="body-error">${error}</p>`}
    <input id="body-filter" type="search" value=${filter} autocomplete="off" placeholder=${t('dispatch.bodyHint')} data-testid="body-filter"
      aria-describedby=${error ? 'body-error' : undefined} onInput=${(event) => setFilter(event.target.value)} onKeyDown=${keys} />
    <div class="body-list" role="radiogroup" aria-label=${t('dispatch.body')} ref=${list}>
      ${found.map((each) => html`<label key=${each.id} class="body-option"><input type="radio" name="body"
        value=${each.id} checked=${value === each.id}
        data-testid=${`body-${each.id}`} onChange=${() => onChange(each.id)} /><span>${named(each)}</span></label>`)}
      ${!found.length && html`<p class="muted">${t('dispatch.noBody')}</p>`}</div>
  </div>`;
}
