// Before an order leaves the desk its facts are read back to the citizen; then it goes to a body, or is answered at
// once. What is missing is said here, beside the facts, not after the call.
import { html, useState } from '../vendor/preact.js';
import { t, word } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { bodyName } from '../lib/centre.js';
import { useKey } from '../lib/keys.js';
import * as api from '../lib/api.js';
import { plausiblePhone } from '../lib/draft.js';
import { lackingParticulars, particularsOf, saidParticulars } from '../lib/particulars.js';
import { toast } from '../lib/toasts.js';
import { proposalOf, shownProposals, useSuggestions } from '../lib/suggestions.js';
import { Dialog } from './dialog.js';
import { Check, Choice, TextArea } from './fields.js';
import { BodyPicker } from './bodypicker.js';
import { Proposal } from './proposal.js';

const readAloud = ['what', 'where', 'when', 'name', 'phone', 'wish'];
const needed = ['kind', 'urgency', 'title', 'what'];

/// What another category would have asked is not read back.
const ofCategory = (category, values) => Object.fromEntries(particularsOf(category).map(({ id }) => [id, values[id]]));

/// The fields that must be filled before an order may leave, with the sentence that says so; particulars only a body wants.
export function lacking({ fields }) {
  const found = needed.filter((name) => !String(fields[name] ?? '').trim()).map((name) => [name, t(`field.${name}.missing`)]);
  if (!plausiblePhone(fields.phone)) found.push(['phone', t('field.phone.wrong')]);
  return Object.fromEntries(found);
}

function Facts({ fields, category, particulars }) {
  return html`<section class="facts" tabindex="0" aria-labelledby="facts-title"><h3 id="facts-title">${t('readBack.facts')}</h3>
    <p class="facts-head">${word('kind', fields.kind)} · ${word('urgency', fields.urgency)}${fields.confidential ? ` · ${t('field.confidential.short')}` : ''}</p>
    <dl>${readAloud.map((name) => html`<div><dt>${t(`field.${name}`)}</dt>
      <dd>${fields[name] || html`<span class="muted">${name === 'phone' ? t('field.phone.caller') : t('readBack.notSaid')}</span>`}</dd>
        </div>`)}${saidParticulars(category, ofCategory(category, particulars)).map(({ id, name, value }) => html`<div key=${id}><dt>${name}</dt>
      <dd>${value}</dd></div>`)}</dl></section>`;
}

export function ReadBack({ draft, onClose, onLeft }) {
  const { fields, category, particulars } = useStore(draft.store);
  const suggestions = useSuggestions(draft);
  const proposed = proposalOf(suggestions, 'body');
  const [way, setWay] = useState('dispatch');
  const [body, setBody] = useState('');
  const [answer, setAnswer] = useState('');
  const [confirmed, setConfirmed] = useState(false);
  const [errors, setErrors] = useState({});
  const [busy, setBusy] = useState(false);
  const wanted = way === 'dispatch' ? Object.values(lackingParticulars(category, particulars)) : [];
  const told = [...wanted, errors.all].filter(Boolean).join(' ');

  async function send() {
    const found = {};
    if (!confirmed) found.readBack = t('readBack.missing');
    if (way === 'dispatch' && !body) found.body = t('dispatch.bodyMissing');
    if (way === 'close' && !answer.trim()) found.answer = t('dispatch.answerMissing');
    setErrors(found);
    if (Object.keys(found).length || wanted.length || busy) return;
    setBusy(true);
    try {
      if (!(await draft.flush())) return setErrors({ all: draft.store.get().message ?? t('draft.notSaved') });
      const { version } = draft.store.get();
      const shown = shownProposals(suggestions);
      const more = { version, readBack: true, ...(shown && { proposed: shown }) };
      const left = way === 'dispatch'
        ? await api.post(`/orders/${draft.id()}/dispatch`, { ...more, body })
        : await api.post(`/orders/${draft.id()}/closure`, { ...more, answer: answer.trim() });
      draft.leave(left);
      toast(t(way === 'dispatch' ? 'dispatch.done' : 'dispatch.closed', { body: bodyName(body), number: left.number }));
      return onLeft(left);
    } catch (error) {
      if (!error.code) throw error;
      const beyond = error.fields.filter((each) => each.field.startsWith('particulars.')).map((each) => each.message);
      return setErrors({ all: [error.message, ...beyond].join(' '), ...Object.fromEntries(error.fields.map((each) => [each.field, each.message])) });
    } finally {
      setBusy(false);
    }
  }
  useKey('Ctrl+Enter', 'dispatch.send', send, { group: 'form', inDialog: true });
  return html`<${Dialog} title=${t('readBack.title')} onClose=${onClose} wide testid="read-back">
    <form onSubmit=${(event) => { event.preventDefault(); send(); }}>
      <div class="read-back">
        <div><${Facts} fields=${fields} category=${category} particulars=${particulars} />
          <${Check} id="readback-confirm" label=${t('readBack.confirm')} checked=${confirmed} autofocus
            error=${!confirmed && errors.readBack} onChange=${setConfirmed} /></div>
        <div><${Choice} id="way" label=${t('dispatch.way')} value=${way} onChange=${setWay}
            options=${[{ value: 'dispatch', label: t('dispatch.toBody') }, { value: 'close', label: t('dispatch.direct') }]} />
          ${way === 'dispatch' && html`<${Proposal} proposal=${proposed} name=${bodyName(proposed?.value)} value=${body} keyName="Alt+B"
            take=${setBody} inDialog />`}
          ${way === 'dispatch' ? html`<${BodyPicker} value=${body} onChange=${setBody} error=${!body && errors.body} />`
            : html`<${TextArea} id="direct-answer" label=${t('dispatch.answer')} hint=${t('dispatch.answerHint')} rows=${6} value=${answer}
              error=${!answer.trim() && errors.answer} onInput=${setAnswer} />`}</div>
      </div>
      ${told && html`<p class="error" role="alert" data-testid="readback-error">${told}</p>`}
      <footer><button type="button" onClick=${onClose}>${t('readBack.back')}</button>
        <button class="primary" disabled=${busy} data-testid="dispatch-confirm">
          ${way === 'close' ? t('dispatch.closeNow') : body ? t('dispatch.send.to', { body: bodyName(body) }) : t('dispatch.send')} <kbd aria-hidden="true">Ctrl Enter</kbd></button></footer>
    </form>
  </${Dialog}>`;
}
