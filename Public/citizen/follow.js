// What has become of it: by number and code, which may stand behind the # of a link, where no server's log sees them.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { has, named, t } from '../lib/i18n.js';
import * as api from '../lib/api.js';
import { dateTime, iso } from '../lib/format.js';
import { Choice, TextArea, TextField } from '../components/fields.js';
import { Photos } from './photos.js';

const given = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

export function FollowPage() {
  const [key, setKey] = useState({ number: given().number ?? '', code: given().code ?? '' });
  const [order, setOrder] = useState(null);
  const [error, setError] = useState(null);
  async function open(event) {
    event?.preventDefault();
    setError(null);
    try {
      const found = await api.get(`/citizen/orders/${encodeURIComponent(key.number.trim())}`, {}, { 'Hotline-Code': key.code.trim() });
      history.replaceState(null, '', location.pathname);
      setOrder(found);
    } catch (refused) {
      if (!refused.code) throw refused;
      setError(refused.message);
    }
  }
  useEffect(() => { if (key.number && key.code) open(); }, []);
  if (order) return html`<${Own} order=${order} code=${key.code.trim()} setOrder=${setOrder} />`;
  return html`<h1>${t('citizen.followTitle')}</h1>
    <form class="card" onSubmit=${open} novalidate data-testid="follow-form">
      ${error && html`<p class="notice red" role="alert" data-testid="error">${error}</p>`}
      <${TextField} id="number" testid="field-number" label=${t('citizen.number')} hint=${t('citizen.numberHint')} value=${key.number}
        onInput=${(number) => setKey({ ...key, number })} inputmode="numeric" autocomplete="off" />
      <${TextField} id="code" testid="field-code" label=${t('citizen.code')} hint=${t('citizen.codeHint')} value=${key.code}
        onInput=${(code) => setKey({ ...key, code })} autocomplete="off" autocapitalize="characters" spellcheck=${false} />
      <button class="primary" disabled=${!key.number.trim() || !key.code.trim()} data-testid="follow-open">${t('citizen.open')}</button>
    </form>`;
}

const stages = ['received', 'handling', 'closed', 'over'];
const reached = { received: 0, refused: 0, withdrawn: 0, handling: 1, reviewing: 1, closed: 2, over: 3 };

function Own({ order, code, setOrder }) {
  const head = useRef();
  useEffect(() => head.current.focus(), [order.number]);
  const may = (what) => order.may.includes(what);
  const fact = (name, value) => value && html`<div><dt>${t(name)}</dt><dd class="long">${value}</dd></div>`;
  return html`<h1 tabindex="-1" ref=${head} data-testid="own-order" data-stage=${order.stage}>${order.title}</h1>
    <section class="card"><p><strong>${t(`citizen.stage.${order.stage}`)}</strong></p>
      ${order.stage !== 'withdrawn' && html`<ol class="stages">${stages.map((stage, i) => html`<li key=${stage} class=${i <= reached[order.stage] ? 'done' : ''}
        aria-current=${i === reached[order.stage] ? 'step' : undefined}>${t(`citizen.step.${stage}`)}</li>`)}</ol>`}
      ${order.answer && html`<div class="answer" data-testid="own-answer"><h2>${t('citizen.answer')}</h2><p class="long">${order.answer}</p></div>`}
      <dl>${fact('citizen.number', order.number)}${fact('citizen.body', order.body && named(order.body))}
        ${fact('citizen.due', order.due && dateTime(order.due))}${fact('field.what', order.what)}${fact('field.where', order.where)}</dl></section>
    ${may('followUp') && html`<${Rate} order=${order} code=${code} setOrder=${setOrder} />`}
    ${['urge', 'add'].filter(may).map((what) => html`<${Say} key=${what} what=${what} order=${order} code=${code} setOrder=${setOrder} />`)}
    ${may('add') || order.stage === 'received' ? html`<${Photos} number=${order.number} code=${code} sent=${order.attachments} />` : null}
    ${may('withdraw') && html`<${Withdraw} order=${order} code=${code} setOrder=${setOrder} />`}
    <section class="card"><h2>${t('citizen.story')}</h2><ol class="story" data-testid="own-story">${order.story.toReversed().map((each) => html`
      <li key=${`${each.at}-${each.step}`}><time datetime=${iso(each.at)}>${dateTime(each.at)}</time>
        <span>${has(`citizen.did.${each.step}`) ? t(`citizen.did.${each.step}`) : each.step}</span>
        ${each.note && html`<span class="long">${each.note}</span>`}</li>`)}</ol></section>`;
}

/// Sends a form of hers; what she typed stays if it is refused.
function useSending(path, code, setOrder) {
  const [error, setError] = useState(null);
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  async function send(form) {
    setBusy(true);
    setError(null);
    try {
      setOrder(await api.post(path, form, { headers: { 'Hotline-Code': code } }));
      setDone(true);
      return true;
    } catch (refused) {
      if (!refused.code) throw refused;
      setError(refused.message);
      return false;
    } finally {
      setBusy(false);
    }
  }
  const told = html`${error && html`<p class="notice red" role="alert" data-testid="error">${error}</p>`}
    ${done && !error && html`<p class="notice green" role="status" data-testid="done">${t('citizen.said')}</p>`}`;
  return { send, busy, told };
}

function Say({ what, order, code, setOrder }) {
  const [text, setText] = useState('');
  const { send, busy, told } = useSending(`/citizen/orders/${order.number}/${what === 'urge' ? 'urges' : 'additions'}`, code, setOrder);
  const submit = async (event) => {
    event.preventDefault();
    if (await send({ note: text.trim() })) setText('');
  };
  return html`<section class="card" data-testid=${`own-${what}`}><h2>${t(`citizen.${what}`)}</h2>${told}
    <form onSubmit=${submit}><${TextArea} id=${`say-${what}`} testid=${`say-${what}-text`} label=${t(`citizen.${what}Label`)} value=${text} rows=${3} maxlength=${2000} onInput=${setText} />
      <button disabled=${busy || !text.trim()} data-testid=${`say-${what}-send`}>${t(`citizen.${what}Action`)}</button></form></section>`;
}

/// Folded away: it ends the matter, and is what few of those come for who look how far it is.
function Withdraw({ order, code, setOrder }) {
  const [reason, setReason] = useState('');
  const { send, busy, told } = useSending(`/citizen/orders/${order.number}/withdrawal`, code, setOrder);
  const submit = (event) => {
    event.preventDefault();
    send({ reason: reason.trim() });
  };
  return html`<section class="card"><details data-testid="own-withdraw"><summary>${t('citizen.withdraw')}</summary>${told}
    <form onSubmit=${submit}><p>${t('citizen.withdrawHint')}</p>
      <${TextArea} id="withdraw-reason" testid="withdraw-reason" label=${t('citizen.withdrawReason')} value=${reason} rows=${3} maxlength=${2000} onInput=${setReason} />
      <button class="danger" disabled=${busy || !reason.trim()} data-testid="withdraw-send">${t('citizen.withdrawAction')}</button></form></details></section>`;
}

function Rate({ order, code, setOrder }) {
  const [contacted, setContacted] = useState(null);
  const [solved, setSolved] = useState(null);
  const [satisfaction, setSatisfaction] = useState(null);
  const [note, setNote] = useState('');
  const { send, busy, told } = useSending(`/citizen/orders/${order.number}/rating`, code, setOrder);
  const submit = (event) => {
    event.preventDefault();
    send({ contacted: contacted && contacted !== 'unknown' ? contacted === 'yes' : null, solved: solved === 'yes',
      satisfaction: Number(satisfaction), note: note.trim() });
  };
  return html`<section class="card" data-testid="own-rate"><h2>${t('citizen.rate')}</h2>${told}
    <form onSubmit=${submit}>
      ${order.body && html`<${Choice} id="contacted" testid="rate-contacted" label=${t('citizen.contacted', { body: named(order.body) })} value=${contacted}
        onChange=${setContacted} options=${[{ value: 'yes', label: t('followUp.contacted') }, { value: 'no', label: t('followUp.notContacted') }, { value: 'unknown', label: t('citizen.contactedUnknown') }]} />`}
      <${Choice} id="solved" testid="rate-solved" label=${t('citizen.solved')} value=${solved} onChange=${setSolved}
        options=${[{ value: 'yes', label: t('followUp.solved') }, { value: 'no', label: t('followUp.unsolved') }]} />
      <${Choice} id="satisfaction" testid="rate" label=${t('citizen.satisfaction')} value=${satisfaction} onChange=${setSatisfaction}
        options=${['5', '4', '3', '2', '1'].map((value) => ({ value, label: t(`satisfaction.${value}`) }))} />
      <${TextArea} id="rate-note" testid="rate-note" label=${t('citizen.rateNote')} value=${note} rows=${3} maxlength=${2000} onInput=${setNote} />
      <button class="primary" disabled=${busy || (order.body && !contacted) || !solved || !satisfaction} data-testid="rate-send">${t('citizen.rateAction')}</button></form></section>`;
}
