// Orders that tell the same as what is being written, and what to do with the draft then: link it, urge the other, merge it.
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { bodyName } from '../lib/centre.js';
import { useStore } from '../lib/store.js';
import { complain, toast } from '../lib/toasts.js';
import { suggestionsOf, useSuggestions } from '../lib/suggestions.js';
import { takeStep } from '../pages/order-next.js';
import { NoteDialog } from './notedialog.js';
import { StateTag, Time, titleOf } from './ordercells.js';

/// A matter that is over takes no more; a new order is linked with it instead.
const openStates = ['dispatched', 'signed', 'disputed', 'returned', 'answered'];

/// The draft as an order of the server's, with every word saved; null while there is none.
async function saved(draft) {
  const isSaved = await draft.flush();
  if (!draft.id()) return null;
  if (!isSaved) throw Object.assign(new Error(draft.store.get().message ?? t('draft.notSaved')), { code: 'unsaved', field: () => null });
  return { id: draft.id(), version: draft.store.get().version };
}

async function mergeInto(row, draft, reason) {
  const order = await saved(draft);
  if (!order) return null;
  const left = await takeStep(order, 'merge', { into: row.id, reason });
  draft.leave(left);
  return left;
}

function Row({ row, draft, act }) {
  const hasDraft = useStore(draft.store, (state) => state.status !== 'empty' || Boolean(state.order));
  const isOpen = openStates.includes(row.state);
  const button = (step, word = step) => html`<button type="button" class="small" onClick=${() => act(step, row)}
    data-testid=${`repeat-${step}`}>${t(`repeats.${word}`)}</button>`;
  return html`<li class="card-row repeat" data-testid="repeat" data-order=${row.id}>
    <span class="row-line"><a href=${`/orders/${row.id}`} target="_blank" data-testid="repeat-number">${row.number}</a>
      <${StateTag} state=${row.state} /></span>
    <strong>${titleOf(row)}</strong>
    <span class="row-line">${row.sameCaller && html`<span class="tag amber">${t('repeats.sameCaller')}</span>`}
      ${row.likeness !== null && html`<span>${t('repeats.like', { percent: Math.round(row.likeness * 100) })}</span>`}
      ${row.people > 1 && html`<span>${t('repeats.people', { n: row.people })}</span>`}
      <span class="muted">${row.body ? bodyName(row.body) : ''} <${Time} at=${row.createdAt} /></span></span>
    <span class="buttons">${isOpen && button('urge')}${isOpen && hasDraft && button('merge')}${hasDraft && button('link')}</span></li>`;
}

export function Repeats({ draft, onLeft = () => {} }) {
  const { repeats } = useSuggestions(draft);
  const [open, setOpen] = useState(null);
  async function link(row) {
    try {
      const order = await saved(draft);
      if (!order) return;
      draft.changed(await takeStep(order, 'links', { order: row.id }));
      toast(t('repeats.linked', { number: row.number }));
    } catch (error) {
      complain(error);
    }
  }
  /// Her second call lands on the first order; what was written of it goes there too.
  async function urge(row, note) {
    await takeStep(row, 'urges', { note });
    toast(t('repeats.urged', { number: row.number }));
    // The urge stands, whatever comes of the rest; asked again it would be another.
    const left = await mergeInto(row, draft, note).catch(complain);
    if (left) onLeft(left); else suggestionsOf(draft).again();
  }
  async function merge(row, reason) {
    const left = await mergeInto(row, draft, reason);
    toast(t('repeats.merged', { number: row.number }));
    if (left) onLeft(left);
  }
  const act = (step, row) => (step === 'link' ? link(row) : setOpen({ step, row }));
  if (!repeats.length) return null;
  const what = draft.store.get().fields.what.trim();
  return html`<section class="repeats" aria-labelledby="repeats-title" data-testid="repeats"><h2 id="repeats-title">${t('repeats.title', { n: repeats.length })}</h2>
    <ul class="card-rows">${repeats.map((row) => html`<${Row} key=${row.id} row=${row} draft=${draft} act=${act} />`)}</ul>
    ${open?.step === 'urge' && html`<${NoteDialog} title=${t('repeats.urge.title', { number: open.row.number })} label=${t('repeats.urge.label')}
      hint=${t(draft.id() || what ? 'repeats.urge.hint' : 'repeats.urge.hintAlone')} missing=${t('step.field.missing')} confirm=${t('repeats.urge')}
      initial=${`${t('repeats.urge.text')}${what}`.slice(0, 2000)} testid="repeat-urge" field="note" send=${(note) => urge(open.row, note)}
      onClose=${() => setOpen(null)} />`}
    ${open?.step === 'merge' && html`<${NoteDialog} title=${t('repeats.merge.title', { number: open.row.number })} label=${t('repeats.merge.label')}
      hint=${t('repeats.merge.hint')} missing=${t('step.field.missing')} confirm=${t('repeats.merge')} initial=${t('repeats.merge.text')}
      testid="repeat-merge" field="reason" rows=${2} send=${(reason) => merge(open.row, reason)} onClose=${() => setOpen(null)} />`}
  </section>`;
}
