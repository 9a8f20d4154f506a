// The dialog of a step that wants more than one text: which body, until when, for what reason.
import { html, useState } from '../vendor/preact.js';
import { has, t, word } from '../lib/i18n.js';
import { BodyPicker } from './bodypicker.js';
import { Dialog } from './dialog.js';
import { Choice, SelectField, TextArea, TextField } from './fields.js';
import { kinds, urgencies } from './ordercells.js';

const yesNo = () => [{ value: true, label: t('answer.yes') }, { value: false, label: t('answer.no') }];
const words = (group, values) => values.map((value) => ({ value, label: word(group, value) }));

/// Midnight belongs to the next day: a day means its last second, where the centre is.
const endOfDay = (day) => (day ? new Date(`${day}T23:59:59`).getTime() : null);

/// How each field is asked. A text may be left empty only where `optional` says so.
const asked = {
  text: (field, value, set, error) => html`<${TextArea} id=${`step-${field.name}`} label=${t(`step.field.${field.name}`)} rows="4"
    value=${value ?? ''} onInput=${set} error=${error} testid=${`step-field-${field.name}`} />`,
  order: (field, value, set, error) => html`<${TextField} id=${`step-${field.name}`} label=${t(`step.field.${field.name}`)}
    value=${value ?? ''} onInput=${set} error=${error} testid=${`step-field-${field.name}`} autocomplete="off" />`,
  body: (field, value, set, error) => html`<${BodyPicker} value=${value} onChange=${set} error=${error} />`,
  day: (field, value, set, error) => html`<${TextField} id=${`step-${field.name}`} type="date" label=${t(`step.field.${field.name}`)}
    value=${value ?? ''} onInput=${set} error=${error} testid=${`step-field-${field.name}`} />`,
  flag: (field, value, set, error) => html`<${Choice} id=${`step-${field.name}`} label=${t(`step.field.${field.name}`)} value=${value}
    onChange=${set} options=${yesNo()} error=${error} testid=${`step-field-${field.name}`} />`,
  choice: (field, value, set, error) => html`<${SelectField} id=${`step-${field.name}`} label=${t(`step.field.${field.name}`)} value=${value}
    onChange=${set} options=${field.options()} error=${error} testid=${`step-field-${field.name}`} />`,
};

const note = { name: 'note', kind: 'text' };
const reason = { name: 'reason', kind: 'text' };
const body = { name: 'body', kind: 'body' };
const choice = (name, options) => ({ name, kind: 'choice', options });
const pauses = () => words('pause', ['awaiting-citizen', 'expertise', 'coordination', 'force-majeure']);
const roles = () => words('share', ['coHandler', 'lower']);

/// The steps beside the straight road: where they are sent and what they ask.
export const stepForms = {
  dispatch: { path: 'dispatch', fields: [body], more: { readBack: true } },
  giveBack: { path: 'return', fields: [reason] },
  object: { path: 'objection', fields: [{ name: 'basis', kind: 'text' }] },
  rule: { path: 'ruling', fields: [body, { name: 'ruling', kind: 'text' }] },
  sendBack: { path: 'review-return', fields: [reason] },
  askExtension: { path: 'extension', fields: [{ name: 'until', kind: 'day' }, reason] },
  decideExtension: { path: 'extension-decision', fields: [{ name: 'granted', kind: 'flag' }, note] },
  pause: { path: 'pause', fields: [choice('reason', pauses), note] },
  resume: { path: 'resumption', fields: [{ ...note, optional: true }] },
  urge: { path: 'urges', fields: [note] },
  add: { path: 'additions', fields: [note] },
  guide: { path: 'guidance', fields: [note] },
  supervise: { path: 'supervision', fields: [note] },
  share: { path: 'shares', fields: [body, choice('role', roles), { ...note, optional: true }] },
  signShare: { path: 'share-signature', fields: [] },
  answerShare: { path: 'share-answer', fields: [{ name: 'text', kind: 'text' }] },
  regrade: { path: 'grade', fields: [choice('kind', kinds), choice('urgency', urgencies), reason] },
  redo: { path: 'redo', fields: [body, reason] },
  explain: { path: 'explanation', fields: [{ name: 'justified', kind: 'flag' }, reason] },
  archive: { path: 'archive', fields: [reason] },
  withdraw: { path: 'withdrawal', fields: [reason] },
  tell: { path: 'told', fields: [note] },
  merge: { path: 'merge', fields: [{ name: 'into', kind: 'order' }, reason] },
  unmerge: { path: 'unmerge', fields: [reason] },
};

const beginning = (fields, order) => Object.fromEntries(fields.map((field) => [field.name,
  field.name === 'kind' || field.name === 'urgency' ? order[field.name] : field.kind === 'choice' ? field.options()[0].value : null]));

const filled = (field, value) => (field.kind === 'day' ? endOfDay(value) : typeof value === 'string' ? value.trim() : value);

export function StepForm({ step, order, send, onClose }) {
  const { path, fields, more } = stepForms[step];
  const [values, setValues] = useState(() => beginning(fields, order));
  const [errors, setErrors] = useState({});
  const [busy, setBusy] = useState(false);
  async function submit(event) {
    event.preventDefault();
    const missing = fields.filter((field) => !field.optional && (values[field.name] ?? '') === '');
    if (missing.length) return setErrors(Object.fromEntries(missing.map((field) => [field.name, t('step.field.missing')])));
    setBusy(true);
    try {
      await send(path, { ...more, ...Object.fromEntries(fields.map((field) => [field.name, filled(field, values[field.name] ?? '')])) });
      return onClose();
    } catch (problem) {
      if (!problem.code) throw problem;
      const found = Object.fromEntries(fields.map((field) => [field.name, problem.field(field.name)]).filter(([, text]) => text));
      return setErrors(Object.keys(found).length ? found : { whole: problem.message });
    } finally {
      setBusy(false);
    }
  }
  return html`<${Dialog} title=${`${t(`step.${step}`)} ${order.number}`} onClose=${onClose} testid=${`${step}-dialog`}>
    <form onSubmit=${submit} novalidate>
      ${has(`step.${step}.hint`) && html`<p class="hint">${t(`step.${step}.hint`)}</p>`}
      ${errors.whole && html`<p class="error" role="alert">${errors.whole}</p>`}
      ${fields.map((field) => html`<div key=${field.name}>${asked[field.kind](field, values[field.name],
    (value) => setValues((now) => ({ ...now, [field.name]: value })), errors[field.name])}</div>`)}
      <footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
        <button class="primary" disabled=${busy} data-testid=${`${step}-confirm`}>${t(`step.${step}`)}</button></footer>
    </form>
  </${Dialog}>`;
}
