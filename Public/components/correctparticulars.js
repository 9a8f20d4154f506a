// What the category asks for, put right after the order has gone to a body: the story shows old and new, and the body is told.
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { lackingParticulars, listOf, particularsOf, tableOf } from '../lib/particulars.js';
import { toast } from '../lib/toasts.js';
import { can, takeStep } from '../pages/order-next.js';
import { Dialog } from './dialog.js';
import { Particulars } from './particulars.js';

export function CorrectParticulars({ order, took }) {
  const [open, setOpen] = useState(false);
  if (!can(order, 'correct') || !particularsOf(order.category).length) return null;
  return html`<p class="matter-action"><button type="button" class="small" onClick=${() => setOpen(true)} data-testid="correct-open">${t('step.correct')}</button></p>
    ${open && html`<${CorrectDialog} order=${order} took=${took} onClose=${() => setOpen(false)} />`}`;
}

function CorrectDialog({ order, took, onClose }) {
  const [values, setValues] = useState(() => tableOf(order.particulars));
  const [errors, setErrors] = useState({});
  const [busy, setBusy] = useState(false);
  const form = { fill: (id, value) => setValues((now) => ({ ...now, [id]: value })), save: () => {} };
  async function submit(event) {
    event.preventDefault();
    const lacking = lackingParticulars(order.category, values);
    setErrors(lacking);
    if (Object.keys(lacking).length) return;
    setBusy(true);
    try {
      took(await takeStep(order, 'particulars', { particulars: listOf(values) }));
      toast(t('step.correct.done'));
      onClose();
    } catch (problem) {
      if (!problem.code) throw problem;
      const found = Object.fromEntries((problem.fields ?? []).map((each) => [each.field, each.message]));
      setErrors(Object.keys(found).length ? found : { whole: problem.message });
    } finally {
      setBusy(false);
    }
  }
  return html`<${Dialog} title=${`${t('step.correct')} ${order.number}`} onClose=${onClose} testid="correct-dialog">
    <form onSubmit=${submit} novalidate><p class="hint">${t('step.correct.hint')}</p>
      ${errors.whole && html`<p class="error" role="alert">${errors.whole}</p>`}
      <${Particulars} draft=${form} category=${order.category} values=${values} error=${(name) => errors[name]} prefix="correct" />
      <footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
        <button class="primary" disabled=${busy} data-testid="correct-confirm">${t('step.correct.send')}</button></footer></form>
  </${Dialog}>`;
}
