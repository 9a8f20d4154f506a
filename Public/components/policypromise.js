// One limit of a policy: which clock, for which orders, how long, what starts and stops it, what may pause it.
import { html, useState } from '../vendor/preact.js';
import { t, word } from '../lib/i18n.js';
import { bodyChoices, choices, clockNames, eventNames, lengthParts, lineChoices, pauseNames, startNames, urgencyNames, usualStart, usualStop } from '../lib/policy.js';
import { Check, SelectField, TextField } from './fields.js';
import { Dialog } from './dialog.js';
import { Ladder, LengthInput } from './policyladder.js';
import { kinds } from './ordercells.js';

/// Some of a list, or all of it: absent means all, so that a kind that comes later is among them.
function Some({ id, label, all, list, value, error, onChange }) {
  const toggle = (each, on) => onChange(list.map((one) => one.value).filter((one) => (one === each ? on : value.includes(one))));
  return html`<fieldset class=${`field some ${error ? 'has-error' : ''}`}><legend>${label}</legend>${error && html`<p class="error">${error}</p>`}
    <label class="check"><input type="checkbox" checked=${!value} data-testid=${`${id}-all`} onChange=${(event) => onChange(event.target.checked ? undefined : [])} />
      <span>${all}</span></label>
    ${value && html`<div class="some-list">${list.map((each) => html`<label class="check" key=${each.value}><input type="checkbox" checked=${value.includes(each.value)}
      data-testid=${`${id}-${each.value}`} onChange=${(event) => toggle(each.value, event.target.checked)} /><span>${each.label}</span></label>`)}</div>`}</fieldset>`;
}

/// Only what differs from the usual is written, so that a policy stays readable.
function written(form) {
  const usual = { start: 'at-once', from: usualStart(form.clock), until: usualStop(form.clock), rollsOver: false };
  return Object.fromEntries(Object.entries(form).filter(([name, value]) => value !== undefined && value !== '' && value !== usual[name]));
}

export function PromiseDialog({ promise, ladder, categories, problems, done, onClose }) {
  const [form, setForm] = useState(promise);
  const set = (part) => setForm((before) => ({ ...before, ...part }));
  const events = choices('event', eventNames);
  const some = (name, list) => html`<${Some} id=${`promise-${name}`} label=${t(`policy.${name}`)} all=${t('filter.all')} list=${list} value=${form[name]}
    error=${problems[name]} onChange=${(value) => set({ [name]: value })} />`;
  const known = [...new Set(categories)].map((value) => ({ value, label: value }));
  const submit = (event) => {
    event.preventDefault();
    event.stopPropagation();
    done(written(form));
  };
  return html`<${Dialog} title=${t('policy.limit')} onClose=${onClose} wide testid="promise-dialog"><form onSubmit=${submit} novalidate>
    ${problems.whole && html`<p class="error">${problems.whole}</p>`}
    <div class="form-grid">
      <${SelectField} id="promise-clock" label=${t('policy.clock')} value=${form.clock} options=${choices('clock', clockNames)}
        onChange=${(clock) => set({ clock, from: undefined, until: undefined })} />
      <div class=${`field ${problems.within ? 'has-error' : ''}`}><div class="field-head"><label for="promise-within">${t('policy.within')}</label></div>
        ${problems.within && html`<p class="error">${problems.within}</p>`}
        <div class="length"><${LengthInput} id="promise-within" label=${t('policy.within')} parts=${lengthParts(form.within)} onChange=${(parts) => set({ within: parts.join(' ') })} /></div></div>
      <${SelectField} id="promise-start" label=${t('policy.start')} value=${form.start ?? 'at-once'} options=${choices('start', startNames)} onChange=${(start) => set({ start })} />
      <${SelectField} id="promise-from" label=${t('policy.from')} error=${problems.from} value=${form.from ?? usualStart(form.clock)} options=${events} onChange=${(from) => set({ from })} />
      <${SelectField} id="promise-until" label=${t('policy.until')} value=${form.until ?? usualStop(form.clock)} options=${events} onChange=${(until) => set({ until })} />
      <div class="field"><div class="field-head"><label for="promise-extension">${t('policy.extension')}</label></div>
        <div class="length"><${LengthInput} id="promise-extension" label=${t('policy.extension')} parts=${lengthParts(form.extension)}
          onChange=${([n, unit]) => set({ extension: n ? `${n} ${unit}` : undefined })} /></div></div>
    </div>
    <${Check} id="promise-rollsOver" label=${t('policy.rollsOver')} checked=${form.rollsOver ?? false} onChange=${(rollsOver) => set({ rollsOver })} />
    <div class="some-grid">${some('kinds', kinds())}${some('urgencies', choices('urgency', urgencyNames))}${some('lines', lineChoices())}${some('bodies', bodyChoices())}
      ${known.length > 0 && some('categories', known)}${some('pauses', choices('pause', pauseNames))}</div>
    <fieldset class="field some"><legend>${t('policy.ladder')}</legend>
      <label class="check"><input type="checkbox" checked=${!form.ladder} data-testid="promise-ladder-usual"
        onChange=${(event) => set({ ladder: event.target.checked ? undefined : structuredClone(ladder) })} /><span>${t('policy.usualLadder')}</span></label>
      ${form.ladder && html`<${Ladder} id="promise-ladder" value=${form.ladder} problems=${Object.fromEntries(Object.entries(problems)
        .filter(([name]) => name.startsWith('ladder[')).map(([name, text]) => [name.slice(6), text]))} onChange=${(own) => set({ ladder: own })} />`}</fieldset>
    <${TextField} id="promise-note" label=${t('policy.note')} value=${form.note ?? ''} maxlength="300" onInput=${(note) => set({ note })} />
    <footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
      <button class="primary" data-testid="promise-done">${t('policy.takeOver')}</button></footer></form></${Dialog}>`;
}
