// One order: the matter, its clocks and the next step, and the whole story so far.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t, word } from '../lib/i18n.js';
import { bodyName, categoryName, lineName } from '../lib/centre.js';
import { dateTime, masked } from '../lib/format.js';
import { saidParticulars, tableOf } from '../lib/particulars.js';
import { useFetch } from '../lib/rows.js';
import { on } from '../lib/events.js';
import * as api from '../lib/api.js';
import { may } from '../lib/session.js';
import { complain } from '../lib/toasts.js';
import { draftOfOrder } from '../lib/drafts.js';
import { Icon } from '../components/icons.js';
import { Fetched } from '../components/states.js';
import { ClockStory } from '../components/clock.js';
import { Deliveries, FailingDeliveries } from '../components/deliveries.js';
import { Viewers } from '../components/viewers.js';
import { StateTag, UrgencyTag, titleOf } from '../components/ordercells.js';
import { Attachments, CitizensCode } from '../components/attachments.js';
import { CorrectParticulars } from '../components/correctparticulars.js';
import { Repeats } from '../components/repeats.js';
import { Story } from '../components/story.js';
import { Writing } from '../components/writing.js';
import { NextStep, can } from './order-next.js';

export function OrderPage({ id, embedded = false, call = null }) {
  const answer = useFetch(`/orders/${id}`);
  const [changed, setChanged] = useState(null);
  useEffect(() => on('orders', (news) => {
    if (news.changed === id || news.changed === null) answer.reload();
  }), [id, answer.reload]);
  // What an action returned is newer than what was fetched, until the fetch catches up.
  const newest = (order) => (changed && changed.id === id && changed.version > order.version ? changed : order);
  return html`<div class=${embedded ? 'order-embedded' : 'page order-page'}>
    <${Fetched} answer=${answer}>${(data) => html`<${Order} order=${newest(data)} took=${setChanged} embedded=${embedded} call=${call} />`}
      </${Fetched}></div>`;
}

function Order({ order, took, embedded, call }) {
  if (order.state === 'draft' && can(order, 'save') && !embedded) {
    return html`<div class="draft-page">
      <${Writing} draft=${draftOfOrder(order)} heading=${t('order.draftHeading')} focusWhen=${order.id} onLeft=${took} />
      <aside class="stacked">${order.source !== 'centre' && html`<p class="notice" data-testid="order-source">${t(`order.source.${order.source}`)}${order.reference ? ` · ${t('order.reference', { reference: order.reference })}` : ''} · ${dateTime(order.createdAt)}</p>`}
        <section class="panel"><${Repeats} draft=${draftOfOrder(order)} onLeft=${took} /></section>
        <${Attachments} order=${order} /><${Story} order=${order} /></aside></div>`;
  }
  return html`<article data-testid="order" data-state=${order.state} data-version=${order.version}>
    <header class="order-head"><p class="row-line"><span class="number" data-testid="order-number">${order.number}</span>
      <${StateTag} state=${order.state} />
        <${UrgencyTag} urgency=${order.urgency} /> <span>${order.kind ? word('kind', order.kind) : ''}</span>
        ${order.fields.confidential && html`<span class="tag amber">${t('field.confidential.short')}</span>`}
        ${order.merged > 0 && html`<span class="tag" data-testid="order-people">${t('order.people', { n: order.people, merged: order.merged })}</span>`}
        ${order.mergedInto && html`<a href=${`/orders/${order.mergedInto}`} data-testid="merged-into">${t('order.mergedInto')}</a>`}
        ${order.supervisedAt && html`<span class="tag red" data-testid="order-supervised">${t('watch.supervised')}</span>`}
        ${!embedded && html`<span class="order-print no-print">${order.supervisedAt && html`<a class="button" href=${`/orders/${order.id}/notice`} data-testid="order-notice">${t('notice.title')}</a>`}
          <button type="button" onClick=${() => window.print()} data-testid="order-print">${t('print.order')}</button></span>`}</p>
      <h1 data-testid="order-title">${titleOf(order)}</h1></header>
    <${Viewers} order=${order.id} /><${FailingDeliveries} order=${order} />
    <div class="order-columns">
      <${Matter} order=${order} took=${took} />
      <div class="order-side"><${NextStep} key=${order.state} order=${order} took=${took} call=${call} />
        ${order.clocks.length > 0 && html`<section class="panel"><h2>${t('order.clocks')}</h2>
          ${order.clocks.map((clock) => html`<${ClockStory} key=${`${clock.name}-${clock.body}`} clock=${clock} />`)}</section>`}
        <${Attachments} order=${order} /></div>
    </div>
    <${Deliveries} order=${order} /><${Story} order=${order} />
  </article>`;
}

function Phone({ order }) {
  const [whole, setWhole] = useState(null);
  useEffect(() => setWhole(null), [order.id]);
  const show = () => api.get(`/orders/${order.id}/phone`).then((answer) => setWhole(answer.phone), complain);
  return html`<span class="number" data-testid="order-phone">${whole ?? masked(order.fields.phone || order.phone)}</span>
    ${!whole && may('phones.view') && html` <button type="button" class="small" onClick=${show} data-testid="show-phone">
      <${Icon} name="eye" size="16" /> ${t('order.showPhone')}</button>`}
    ${whole && html` <span class="muted small-text">${t('order.phoneNoted')}</span>`}`;
}

function Matter({ order, took }) {
  const { fields } = order;
  const about = html`<p class="muted small-text">${[order.body && t('order.bodyIs', { body: bodyName(order.body) }), lineName(order.line), order.agent && t('order.takenBy', { agent: order.agent }), order.source !== 'centre' && t(`order.source.${order.source}`), order.reference && t('order.reference', { reference: order.reference }), dateTime(order.createdAt)].filter(Boolean).join(' · ')}</p>`;
  if (order.removedAt) {
    return html`<section class="panel matter-panel"><p data-testid="order-removed">${t('order.removed', { at: dateTime(order.removedAt) })}</p>
      ${about}</section>`;
  }
  const fact = (name, value) => html`<div><dt>${t(name)}</dt><dd>${value || html`<span class="muted">${t('readBack.notSaid')}</span>`}</dd>
    </div>`;
  return html`<section class="panel matter-panel"><h2 class="visually-hidden">${t('order.matter')}</h2>
    <dl class="facts-list">
      ${fact('field.what', html`<span class="long">${fields.what}</span>`)}
      ${fact('field.where', fields.where)}${fact('field.when', fields.when)}
      ${fact('field.wish', fields.wish)}
      ${saidParticulars(order.category, tableOf(order.particulars)).map(({ id, name, value }) => html`<div key=${id} data-testid="order-particular"><dt>${name}</dt><dd>${value}</dd></div>`)}
      ${fact('field.name', fields.name)}${fact('field.phone', html`<${Phone} order=${order} />`)}
      ${order.email && fact('order.email', order.email)}
      ${order.location && fact('order.location', `${order.location.latitude}, ${order.location.longitude}`)}</dl>
    <${CorrectParticulars} order=${order} took=${took} />
    ${order.answer && html`<div class="answer" data-testid="order-answer"><h3>${t('order.answer')}</h3><p class="long">${order.answer}</p>
      </div>`}
    ${order.proposals.length > 0 && html`<p class="muted small-text" data-testid="order-proposals">${t('order.proposals', {
    all: order.proposals.map(proposalTold).join(t('proposal.comma')) })}</p>`}
    ${about}<${CitizensCode} order=${order} /></section>`;
}

const proposedName = { kind: (id) => word('kind', id), category: categoryName, body: bodyName };

const proposalTold = ({ label, proposed, confidence, taken }) => t(taken ? 'order.proposal.taken' : 'order.proposal.notTaken',
  { label: t(`proposal.label.${label}`), name: proposedName[label](proposed), percent: Math.round(confidence * 100) });
