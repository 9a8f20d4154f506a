// What a policy that is not saved yet would mean: an order like this, at the moments where deadlines are easily got wrong.
import { html, useEffect, useState } from '../vendor/preact.js';
import { language, t, word } from '../lib/i18n.js';
import * as api from '../lib/api.js';
import { momentOf } from '../lib/format.js';
import { bodyChoices, choices, lineChoices, urgencyNames } from '../lib/policy.js';
import { SelectField, TextField } from './fields.js';
import { Empty, Failure, Loading } from './states.js';
import { kinds } from './ordercells.js';

const readable = (text) => text.slice(0, 16).replace('T', ' ');
const weekday = (text) => t(`weekday.${new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDay()}`);

const categoriesOf = (draft) => [...new Set(draft.promises.flatMap((each) => each.categories ?? []))].map((value) => ({ value, label: value }));

/// Asked again a moment after the last key, for each letter would be a question.
const rest = 400;

export function PolicyPreview({ draft }) {
  const [form, setForm] = useState({ kind: 'complaint', urgency: 'ordinary', from: '' });
  // Asked only where some limit is for certain ones.
  const narrowed = { body: ['bodies', bodyChoices, 'anyBody'], line: ['lines', lineChoices, 'anyLine'], category: ['categories', () => categoriesOf(draft), 'anyCategory'] };
  const [answer, setAnswer] = useState({ rows: null, error: null });
  const set = (part) => setForm((before) => ({ ...before, ...part }));
  const question = JSON.stringify([draft, form]);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(async () => {
      const { from, ...all } = form;
      const matter = Object.fromEntries(Object.entries(all).filter(([, value]) => value));
      const ask = (more) => api.post('/policies/trial', { policy: JSON.stringify(draft), ...matter, ...more });
      try {
        const answers = await Promise.all([from && ask({ from: momentOf(from) }), ask({})].filter(Boolean));
        if (current) setAnswer({ rows: answers.flatMap((each) => each.rows), error: null });
      } catch (error) {
        if (!error.code) throw error;
        if (current) setAnswer({ rows: null, error });
      }
    }, rest);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [question]);
  const { rows, error } = answer;
  return html`<section class="panel" data-testid="policy-preview"><h2>${t('preview.heading')}</h2><p class="hint">${t('preview.hint')}</p>
    <div class="form-grid">
      <${SelectField} id="preview-kind" label=${t('limits.kind')} value=${form.kind} options=${kinds()} onChange=${(kind) => set({ kind })} />
      <${SelectField} id="preview-urgency" label=${t('limits.urgency')} value=${form.urgency} options=${choices('urgency', urgencyNames)} onChange=${(urgency) => set({ urgency })} />
      ${Object.entries(narrowed).filter(([, [list]]) => draft.promises.some((each) => each[list])).map(([name, [list, choose, any]]) => html`<${SelectField} key=${name}
        id=${`preview-${name}`} label=${t(`policy.${list}`)} value=${form[name] ?? ''} options=${[{ value: '', label: t(`preview.${any}`) }, ...choose()]}
        onChange=${(value) => set({ [name]: value })} />`)}
      <${TextField} id="preview-from" type="datetime-local" label=${t('preview.from')} value=${form.from} onInput=${(from) => set({ from })} /></div>
    ${error && html`<${Failure} error=${error} />${error.fields?.length > 0 && html`<ul>${error.fields.map((each) => html`<li key=${each.field}>${each.message}</li>`)}</ul>`}`}
    ${!rows && !error && html`<${Loading} />`}
    ${rows && (rows.some((each) => each.clocks.length) ? html`<ul class="preview-list" role="status">${rows.map((row) => html`<li key=${row.moment + row.at} data-testid=${`preview-${row.moment}`}>
      <p><strong>${t(`preview.${row.moment}`, { holiday: row.holiday ?? '' })}</strong> <span class="muted">${readable(row.atText)} ${weekday(row.atText)}</span></p>
      ${row.clocks.length ? html`<ul class="plain">${row.clocks.map((clock) => html`<li key=${clock.clock}>${word('clock', clock.clock)}
        <strong>${clock.dueText.slice(0, 19).replace('T', ' ')}</strong> ${weekday(clock.dueText)} ${clock.provisional && html`<span class="tag amber">${t('clock.provisional')}</span>`}
        <details><summary>${t('clock.why')}</summary><ol class="explanation">${clock.explanation.map((each, i) => html`<li key=${i}>${each[language.get()]}</li>`)}</ol></details></li>`)}</ul>`
    : html`<p class="muted">${t('limits.noPromise')}</p>`}</li>`)}</ul>` : html`<${Empty} title=${t('preview.none')} />`)}</section>`;
}
