// Writing an order and letting it go: form, save state, read-back. The desk and a draft's own page use it alike.
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { useKey } from '../lib/keys.js';
import { complain, toast } from '../lib/toasts.js';
import * as api from '../lib/api.js';
import { OrderForm, SaveState } from './orderform.js';
import { lackingParticulars } from '../lib/particulars.js';
import { lacking, ReadBack } from './readback.js';
import { NoteDialog } from './notedialog.js';

export function Writing({ draft, focusWhen, onLeft, heading }) {
  const state = useStore(draft.store);
  const [errors, setErrors] = useState({});
  const [open, setOpen] = useState(null);
  function forward() {
    const found = lacking(draft.store.get());
    if (Object.keys(found).length) return mend(found);
    setErrors({});
    return setOpen('readBack');
  }
  function backToForm() {
    setOpen(null);
    const { category, particulars } = draft.store.get();
    const found = lackingParticulars(category, particulars);
    // After the dialog has given the focus back to where it came from.
    if (Object.keys(found).length) requestAnimationFrame(() => mend(found));
  }
  function mend(found) {
    setErrors(found);
    const first = Object.keys(found)[0];
    const field = document.getElementsByName(`field-${first}`)[0] ?? document.getElementById(`field-${first}`);
    field?.focus();
    // With its error, which stands above it and is not drawn yet.
    requestAnimationFrame(() => field?.closest('.field')?.scrollIntoView({ block: 'nearest' }));
  }
  useKey('Ctrl+Enter', 'form.forward', forward, { group: 'form' });
  // As they are now: what is wrong in another way while she mends it is told as that.
  const lacks = { ...lacking(state), ...lackingParticulars(state.category, state.particulars) };
  const wrong = Object.fromEntries(Object.entries(lacks).filter(([name]) => name in errors));
  async function discard(reason) {
    if (!(await draft.flush())) throw Object.assign(new Error(draft.store.get().message ?? t('draft.notSaved')), { code: 'unsaved', field: () => null });
    const left = await api.post(`/orders/${draft.id()}/discard`, { version: draft.store.get().version, reason });
    draft.leave(left);
    toast(t('discard.done'));
    onLeft(left);
  }
  return html`<section class="writing" aria-labelledby="writing-title">
    <header class="writing-head"><h1 id="writing-title">${heading}</h1>
      ${state.order && html`<span class="muted number">${state.order.number}</span>`}<${SaveState} state=${state} /></header>
    <div class="writing-body"><${OrderForm} draft=${draft} errors=${wrong} focusWhen=${focusWhen} /></div>
    <footer class="writing-foot">
      ${draft.id() && html`<button type="button" class="quiet" onClick=${() => setOpen('discard')} data-testid="discard">
        ${t('discard.action')}</button>`}
      <span class="spring"></span>
      <button type="button" class="primary" onClick=${forward} data-testid="read-back-open">
        ${t('form.forward')} <kbd aria-hidden="true">Ctrl Enter</kbd></button>
    </footer>
    ${open === 'readBack' && html`<${ReadBack} draft=${draft}
      onClose=${backToForm} onLeft=${(left) => { setOpen(null); onLeft(left); }} />`}
    ${open === 'discard' && html`<${NoteDialog} title=${t('discard.title')} label=${t('discard.reason')} missing=${t('discard.missing')}
      confirm=${t('discard.action')}
      testid="discard" field="reason" rows=${2} send=${(reason) => discard(reason).catch((error) => { if (!error.code) complain(error); throw error; })} onClose=${() => setOpen(null)} />`}
  </section>`;
}
