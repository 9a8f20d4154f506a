// The order as it is written down, in the order of a conversation: what happened, where, when, who, what is wished.
// Kind and urgency take one key each, also from within a text.
import { html, useEffect, useRef } from '../vendor/preact.js';
import { named, t, word } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { useKey } from '../lib/keys.js';
import { timeOf } from '../lib/format.js';
import { categories, categoryName } from '../lib/centre.js';
import { proposalOf, useSuggestions } from '../lib/suggestions.js';
import { Check, Choice, SelectField, TextArea, TextField } from './fields.js';
import { Particulars } from './particulars.js';
import { Proposal } from './proposal.js';
import { kinds, urgencies } from './ordercells.js';

/// Draws nothing; a shortcut is a hook, and a list of hooks wants a component each.
function PickKey({ keyName, words, run }) {
  useKey(keyName, words, run, { group: 'form' });
  return null;
}

/// As long as the server takes; the browser stops there, so nothing is refused later.
const limits = { what: 8000, title: 200, where: 500, when: 500, wish: 2000, name: 100, phone: 30 };

const saveWords = {
  empty: () => t('draft.empty'),
  clean: (state) => t('draft.saved', { at: timeOf(state.savedAt) }),
  dirty: () => t('draft.saving'),
  saving: () => t('draft.saving'),
  kept: () => t('draft.kept'),
  refused: (state) => state.message,
  stale: () => t('draft.stale'),
};

export const SaveState = ({ state }) => html`<span class=${`save-state save-${state.status}`} role="status"
  data-testid="draft-state" data-status=${state.status}>${saveWords[state.status](state)}</span>`;

function Stale({ draft }) {
  return html`<div class="notice amber" role="alert" data-testid="draft-stale"><p>${t('draft.staleLong')}</p>
    <div class="buttons"><button type="button" onClick=${() => draft.settle(true)} data-testid="stale-mine">${t('draft.keepMine')}</button>
      <button type="button" onClick=${() => draft.settle(false)} data-testid="stale-theirs">${t('draft.takeTheirs')}</button></div></div>`;
}

/// `focusWhen` changes when a conversation begins: then the cursor goes to the first empty field, once.
export function OrderForm({ draft, errors = {}, focusWhen = null }) {
  const state = useStore(draft.store);
  const form = useRef();
  const { fields, category, particulars } = state;
  const suggestions = useSuggestions(draft);
  const kindProposed = proposalOf(suggestions, 'kind');
  const categoryProposed = proposalOf(suggestions, 'category');
  const error = (name) => errors[name] ?? state.errors.find((each) => each.field === name)?.message;
  useEffect(() => {
    if (!focusWhen) return;
    const empty = [...form.current.querySelectorAll('[data-order]')].find((each) => each.value === '');
    empty?.focus();
  }, [focusWhen]);
  const text = (name, more = {}) => ({
    id: `field-${name}`, label: t(`field.${name}`), value: fields[name], error: error(name), 'data-order': name,
    maxlength: limits[name], onInput: (value) => draft.edit(name, value), onBlur: () => draft.save(), ...more,
  });
  const kindOptions = kinds().map((each, i) => ({ ...each, key: `Alt ${i + 1}` }));
  const urgencyOptions = urgencies().map((each, i) => ({ ...each, key: `Alt ${(8 + i) % 10}`, tone: each.value === 'ordinary' ? '' : 'urgent' }));
  return html`<form ref=${form} class="order-form" onSubmit=${(event) => event.preventDefault()} aria-label=${t('form.label')}>
    ${kindOptions.map((each, i) => html`<${PickKey} key=${each.value} keyName=${`Alt+${i + 1}`} words=${`kind.${each.value}`} run=${() => draft.edit('kind', each.value)} />`)}
    ${urgencyOptions.map((each, i) => html`<${PickKey} key=${each.value} keyName=${`Alt+${(8 + i) % 10}`} words=${`urgency.${each.value}`} run=${() => draft.edit('urgency', each.value)} />`)}
    ${state.status === 'stale' && html`<${Stale} draft=${draft} />`}
    <${Choice} id="field-kind" label=${t('field.kind')} value=${fields.kind} options=${kindOptions} error=${error('kind')}
      onChange=${(value) => draft.edit('kind', value)} class="kinds"
      extra=${suggestions.model && html`<div class="proposal-place"><${Proposal} proposal=${kindProposed} name=${word('kind', kindProposed?.value)}
        value=${fields.kind} keyName="Alt+K" take=${(value) => draft.edit('kind', value)} /></div>`} />
    <${Choice} id="field-urgency" label=${t('field.urgency')} value=${fields.urgency} options=${urgencyOptions} error=${error('urgency')}
      onChange=${(value) => draft.edit('urgency', value)} />
    ${categories().length > 0 && html`<div class="category-row"><${SelectField} id="field-category" label=${t('field.category')} value=${category ?? ''}
        options=${[{ value: '', label: t('field.category.none') }, ...categories().map((each) => ({ value: each.id, label: named(each) }))]}
        onChange=${(value) => draft.choose(value || null)} />
      <${Proposal} proposal=${categoryProposed} name=${categoryName(categoryProposed?.value)} value=${category} keyName="Alt+G"
        take=${draft.choose} /></div>`}
    <${Particulars} draft=${draft} category=${category} values=${particulars} error=${error} />
    <${TextArea} ...${text('what', { rows: 3, hint: t('field.what.hint') })} />
    <${TextField} ...${text('title', { hint: state.ownTitle ? null : t('field.title.hint') })} data-order=${undefined} />
    <div class="pair"><${TextArea} ...${text('where', { rows: 1 })} /><${TextArea} ...${text('when', { rows: 1 })} /></div>
    <div class="pair"><${TextField} ...${text('name', { autocomplete: 'off' })} />
      <${TextField} ...${text('phone', { type: 'tel', autocomplete: 'off', placeholder: state.call ? t('field.phone.caller') : '' })} />
        </div>
    <${TextArea} ...${text('wish', { rows: 2 })} />
    <${Check} id="field-confidential" label=${t('field.confidential')} checked=${fields.confidential}
      onChange=${(value) => draft.edit('confidential', value)} />
  </form>`;
}
