// The next step of an order: one primary button by what this person may do now, the others beside it.
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import * as api from '../lib/api.js';
import { bodyName } from '../lib/centre.js';
import { complain, toast } from '../lib/toasts.js';
import { useKey } from '../lib/keys.js';
import { NoteDialog } from '../components/notedialog.js';
import { StepForm, stepForms } from '../components/stepform.js';
import { FollowUp } from './followup.js';

export const can = (order, step) => order.allowed?.includes(step) ?? false;

const dialogs = {
  contact: { path: 'contacts', field: 'note' },
  answer: { path: 'answer', field: 'text' },
};

/// Versions our own steps have made. A list is read again a moment after a step; whoever is quicker than that must not be
/// told that somebody else has changed the order.
const made = new Map();
const mostMade = 500;

/// Does one step of an order and returns the new order.
export async function takeStep(row, path, more = {}) {
  const version = Math.max(row.version, made.get(row.id) ?? 0);
  const order = await api.post(`/orders/${row.id}/${path}`, { version, ...more });
  if (made.size >= mostMade) made.clear();
  made.set(order.id, order.version);
  return order;
}

/// The dialog of a step that wants a text; the inbox uses it too.
export function StepDialog({ step, row, took, onClose }) {
  const { path, field } = dialogs[step];
  return html`<${NoteDialog} title=${t(`step.${step}.title`, { number: row.number })} label=${t(`step.${step}.label`)}
    hint=${t(`step.${step}.hint`)} missing=${t(`step.${step}.missing`)}
    confirm=${t(`step.${step}`)} testid=${step} field=${field} rows=${step === 'answer' ? 7 : 3}
    send=${async (text) => { took(await takeStep(row, path, { [field]: text })); toast(t(`step.${step}.done`)); }} onClose=${onClose} />`;
}

export function NextStep({ order, took, call }) {
  const [open, setOpen] = useState(null);
  const [busy, setBusy] = useState(false);
  async function act(path, done) {
    if (busy) return;
    setBusy(true);
    try {
      took(await takeStep(order, path));
      toast(t(done));
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  }
  const steps = [
    { name: 'sign', run: () => act('signature', 'step.sign.done') },
    { name: 'answer', run: () => setOpen('answer') },
    { name: 'contact', run: () => setOpen('contact') },
    { name: 'close', run: () => act('closure', 'step.close.done') },
  ].filter((each) => order.state !== 'draft' && can(order, each.name));
  const others = Object.keys(stepForms).filter((each) => order.state !== 'draft' && can(order, each));
  useKey('Alt+A', `step.${steps[0]?.name}`, () => steps[0]?.run(), { group: 'page', enabled: steps.length > 0 });
  return html`<section id="next-step" class="panel next" data-testid="next-step"><h2>${t('next.title')}</h2>
    <p>${t(order.removedAt && order.state === 'closed' ? 'next.removed' : `next.${order.state}`, { body: bodyName(order.body) })}</p>
    ${steps.length > 0 && html`<div class="buttons">
      ${steps.map((each, i) => html`<button type="button" key=${each.name} class=${i === 0 ? 'primary' : ''} disabled=${busy}
        onClick=${each.run} data-testid=${`step-${each.name}`}>${t(`step.${each.name}`)}${i === 0
          && html` <kbd aria-hidden="true">Alt A</kbd>`}</button>`)}</div>`}
    ${others.length > 0 && html`<details class="other-steps" open=${can(order, 'tell')} data-testid="other-steps"><summary>${t('next.others')}</summary>
      <div class="buttons">${others.map((each) => html`<button type="button" key=${each} class="small" disabled=${busy}
        onClick=${() => setOpen(each)} data-testid=${`step-${each}`}>${t(`step.${each}`)}</button>`)}</div></details>`}
    ${can(order, 'followUp') && html`<${FollowUp} order=${order} took=${took} call=${call} />`}
    ${open && dialogs[open] && html`<${StepDialog} step=${open} row=${order} took=${took} onClose=${() => setOpen(null)} />`}
    ${open && stepForms[open] && html`<${StepForm} step=${open} order=${order} onClose=${() => setOpen(null)}
      send=${async (path, form) => { took(await takeStep(order, path, form)); toast(t('step.done', { step: t(`step.${open}`) })); }} />`}
  </section>`;
}
