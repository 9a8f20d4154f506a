// The agent's desk. What she writes belongs to the call on the line or, after the hang-up, to the one being finished.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { named, t } from '../lib/i18n.js';
import { createStore, useStore } from '../lib/store.js';
import { desk } from '../lib/desk.js';
import { lines } from '../lib/centre.js';
import { anotherMatter, closeDraft, draftOfCall, matters, newDraft, openDraft } from '../lib/drafts.js';
import { useFetch } from '../lib/rows.js';
import { Writing } from '../components/writing.js';
import { Loading } from '../components/states.js';
import { Who } from './desk-who.js';
import { Help, script } from './desk-help.js';
import { Idle } from './desk-idle.js';
import { Left } from './desk-left.js';
import { OrderPage } from './order.js';

export function DeskPage() {
  const value = useStore(desk);
  const [writing, setWriting] = useState(null);
  if (!value) return html`<${Loading} />`;
  const call = value.call?.id ?? value.wrapUpOf;
  if (call) return html`<${AtCall} key=${call} call=${call} current=${value.call} agent=${value.agent} />`;
  if (value.offer) return html`<${Preview} offer=${value.offer} agent=${value.agent} />`;
  if (writing) return html`<${WithoutCall} agent=${value.agent} draftKey=${writing} close=${() => setWriting(null)} />`;
  return html`<${Idle} value=${value} write=${setWriting} />`;
}

/// While it rings the agent already sees who calls; two seconds that spare the citizen a repetition.
const Preview = ({ offer, agent }) => html`<div class="desk"><${Who} call=${offer.call} number=${offer.number} line=${offer.line} />
  <section class="writing preview"><h1>${t('desk.previewTitle')}</h1><p>${t('desk.previewHint')}</p>
    ${script(offer.line, agent)[0] && html`<p class="greeting">${script(offer.line, agent)[0].text}</p>`}</section>
  <${Help} line=${offer.line} agent=${agent} /></div>`;

/// What is known of the call outlives its end: in wrap-up the desk only names it, and after a reload it is asked for.
function useAbout(call, current) {
  const kept = useRef(null);
  if (current) kept.current = { line: current.line, number: current.number, purpose: current.purpose, order: current.order };
  const row = useFetch(kept.current ? null : `/calls/${call}`);
  if (!kept.current && row.data) {
    const { line, number, purpose, order } = row.data;
    kept.current = { line, number, purpose, order: purpose ? order : null };
  }
  return kept.current;
}

const nothing = createStore(null);

function AtCall({ call, current, agent }) {
  const about = useAbout(call, current);
  const number = useStore(matters, (all) => all[call] ?? 1);
  const [draft, setDraft] = useState(null);
  const followed = about?.order ?? null;
  const isNew = about && !followed;
  useEffect(() => {
    let shown = true;
    setDraft(null);
    if (isNew) draftOfCall(call, about.line).then((found) => { if (shown) setDraft(found); });
    return () => { shown = false; };
  }, [call, number, isNew]);
  const isLeft = useStore(draft?.store ?? nothing, (state) => Boolean(state?.order) && state.order.state !== 'draft');
  const writing = isLeft ? null : draft;
  const talking = current?.phase === 'talking' ? call : null;
  return html`<div class="desk"><${Who} call=${call} number=${about?.number} line=${about?.line} />
    ${followed ? html`<div class="writing embedded"><${OrderPage} id=${followed} embedded call=${call} /></div>`
      : draft ? html`<${AtDraft} draft=${draft} focusWhen=${talking} another=${() => anotherMatter(call)} />`
        : html`<section class="writing"><${Loading} /></section>`}
    <${Help} line=${about?.line} agent=${agent} draft=${followed ? null : writing} /></div>`;
}

function AtDraft({ draft, focusWhen, another }) {
  const order = useStore(draft.store, (state) => state.order);
  if (order && order.state !== 'draft') return html`<${Left} order=${order} another=${another} />`;
  return html`<${Writing} key=${draft.key} draft=${draft} focusWhen=${focusWhen} heading=${t('form.title')} onLeft=${() => {}} />`;
}

/// A matter without a call, or words of an earlier call that the server has not taken yet.
function WithoutCall({ agent, draftKey, close }) {
  const [line, setLine] = useState(lines()[0]?.id);
  const [, again] = useState(0);
  const draft = draftKey === 'new' ? newDraft(line) : openDraft(draftKey);
  const status = useStore(draft.store, (state) => state.status);
  const done = useStore(draft.store, (state) => Boolean(state.order) && state.order.state !== 'draft');
  useEffect(() => () => {
    if (draftKey === 'new' && ['empty', 'clean'].includes(draft.store.get().status)) closeDraft('new');
  }, [draft]);
  const another = () => {
    closeDraft('new');
    again((n) => n + 1);
  };
  const choose = (event) => {
    closeDraft('new');
    setLine(event.target.value);
  };
  return html`<div class="desk"><aside class="who"><h2>${t('desk.withoutCall')}</h2><p class="muted">${t('desk.withoutCallHint')}</p>
      ${lines().length > 1 && draftKey === 'new' && status === 'empty' && html`<label class="stack">${t('orders.line')}
        <select value=${line} onChange=${choose} data-testid="new-order-line">${lines().map((each) => html`<option
          value=${each.id} selected=${each.id === line}>${named(each)}</option>`)}</select></label>`}
      <button type="button" onClick=${close} data-testid="new-order-close">${t(done ? 'desk.backToDesk' : 'desk.putAside')}</button></aside>
    <${AtDraft} key=${draft.key + line} draft=${draft} focusWhen="new" another=${another} />
    <${Help} line=${draft.store.get().line} agent=${agent} draft=${done ? null : draft} /></div>`;
}
