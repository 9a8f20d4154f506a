// Form fields: label, hint, control and error tied together for eyes, keyboards and screen readers alike.
import { html, useEffect, useRef } from '../vendor/preact.js';

function around({ id, label, hint, error, extra, children, class: more = '' }) {
  return html`<div class=${`field ${error ? 'has-error' : ''} ${more}`}>
    <div class="field-head"><label for=${id}>${label}</label>${extra}</div>
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}
    ${children}</div>`;
}

const described = (id, hint, error) => [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;

export function TextField({ id, label, hint, error, extra, value, onInput, testid = id, type = 'text', class: more, ...rest }) {
  return around({ id, label, hint, error, extra, class: more, children: html`
    <input id=${id} type=${type} value=${value} data-testid=${testid} aria-invalid=${error ? 'true' : undefined}
      aria-describedby=${described(id, hint, error)} onInput=${(event) => onInput(event.target.value)} ...${rest} />` });
}

/// Grows with its text up to a bound, so that nobody writes through a keyhole.
export function TextArea({ id, label, hint, error, extra, value, onInput, testid = id, rows = 2, class: more, ...rest }) {
  const area = useRef();
  useEffect(() => {
    const { current } = area;
    if (!current.offsetParent) return; // In a dialog that is not open yet nothing can be measured; its rows hold.
    current.style.height = 'auto';
    current.style.height = `${Math.min(current.scrollHeight + 2, 320)}px`;
  }, [value]);
  return around({ id, label, hint, error, extra, class: more, children: html`
    <textarea ref=${area} id=${id} rows=${rows} value=${value} data-testid=${testid} aria-invalid=${error ? 'true' : undefined}
      aria-describedby=${described(id, hint, error)} onInput=${(event) => onInput(event.target.value)} ...${rest}></textarea>` });
}

export function SelectField({ id, label, hint, error, value, onChange, options, testid = id, class: more, ...rest }) {
  return around({ id, label, hint, error, class: more, children: html`
    <select id=${id} value=${value} data-testid=${testid} aria-describedby=${described(id, hint, error)}
      onChange=${(event) => onChange(event.target.value)} ...${rest}>
      ${options.map((each) => html`<option value=${each.value} selected=${each.value === value}>${each.label}</option>`)}</select>` });
}

/// One of a few, all visible. `keys` shows beside each choice the key that picks it.
export function Choice({ id, label, error, hint, extra, value, onChange, options, testid = id, class: more = '' }) {
  return html`<fieldset class=${`field choice ${error ? 'has-error' : ''} ${more}`} aria-describedby=${described(id, hint, error)}>
    <legend>${label}</legend>
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}
    <div class="choices">
      ${options.map((each) => html`<label class=${`chip ${each.tone ?? ''}`} key=${each.value}>
        <input type="radio" name=${id} value=${each.value} checked=${value === each.value}
          data-testid=${`${testid}-${each.value}`} onChange=${() => onChange(each.value)} />
        <span>${each.label}${each.key && html` <kbd aria-hidden="true">${each.key}</kbd>`}</span>
      </label>`)}</div>
    ${extra}
  </fieldset>`;
}

export const Check = ({ id, label, checked, onChange, error, testid = id, ...rest }) => html`
  <div class=${`field ${error ? 'has-error' : ''}`}>
    ${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}
    <label class="check"><input id=${id} type="checkbox" checked=${checked} data-testid=${testid}
      aria-describedby=${described(id, null, error)} onChange=${(event) => onChange(event.target.checked)} ...${rest} /><span>${label}</span></label>
  </div>`;
