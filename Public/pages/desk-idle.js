// Between calls: who is owed a call back, what became of her orders, and the drafts she has not finished.
import { html, useEffect } from '../vendor/preact.js';
import { t, word } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { callCitizen, mayCall, missedOpen, onDuty } from '../lib/desk.js';
import { lineName } from '../lib/centre.js';
import { inWords, masked } from '../lib/format.js';
import { may } from '../lib/session.js';
import { useFetch, useNews } from '../lib/rows.js';
import { keptDrafts } from '../lib/drafts.js';
import { useKey } from '../lib/keys.js';
import { Empty, Fetched } from '../components/states.js';
import { satisfactionWord, StateTag, Time, titleOf } from '../components/ordercells.js';

function Missed({ value }) {
  const open = useStore(missedOpen);
  const answer = useFetch('/missed-calls', { state: 'open', limit: 5 });
  useEffect(answer.reload, [open]);
  return html`<section class="panel"><header><h2>${t('missed.title')}</h2><a href="/missed">${t('idle.all')}</a></header>
    <${Fetched} answer=${answer}>${({ rows }) => (rows.length ? html`<ul class="card-rows">
      ${rows.map((row) => html`<li class="card-row across" key=${row.call}>
        <span><strong class="number">${masked(row.number)}</strong> <span class="muted">
          ${lineName(row.line)} · <${Time} at=${row.at} /> · ${t('missed.attempts', { n: row.attempts })} · ${t('desk.waited', { span: inWords(row.waitedMs) })}</span></span>
        <button type="button" disabled=${!mayCall(value)} onClick=${() => callCitizen('missed', row.call)} data-testid="call-back">
          ${t('missed.callBack')}</button></li>`)}</ul>`
      : html`<${Empty} title=${t('missed.none')} />`)}</${Fetched}></section>`;
}

function Results() {
  const states = ['answered', 'closed', 'followedUp'];
  const answers = states.map((state) => useFetch('/orders', { mine: true, state, limit: 5, sort: 'newest' }));
  useNews('orders', () => answers.forEach((each) => each.reload()), 3000);
  const failed = answers.find((each) => each.error && !each.data);
  const rows = answers.every((each) => each.data) ? answers.flatMap((each) => each.data.rows).slice(0, 8) : null;
  return html`<section class="panel" data-testid="results"><header><h2>${t('idle.results')}</h2><a href="/orders?mine=true">${t('idle.all')}
    </a></header>
    <${Fetched} answer=${failed ?? { data: rows && { rows } }}>${(found) => (found.rows.length ? html`<ul class="card-rows">
      ${found.rows.map((row) => html`<li class="card-row" key=${row.id}>
        <a href=${`/orders/${row.id}`}>${titleOf(row)}</a><span class="row-line"><${StateTag} state=${row.state} /> <span class="muted">
          ${word('kind', row.kind)} · <${Time} at=${row.closedAt ?? row.createdAt} /></span>
        ${row.satisfaction && html`<span>${satisfactionWord(row.satisfaction)}</span>`}</span></li>`)}</ul>`
      : html`<${Empty} title=${t('idle.noResults')}>${t('idle.noResultsHint')}</${Empty}>`)}</${Fetched}></section>`;
}

function Drafts({ write }) {
  const answer = useFetch('/orders', { mine: true, state: 'draft', limit: 5, sort: 'newest' });
  useNews('orders', answer.reload, 3000);
  const kept = keptDrafts().filter((each) => !each.order);
  return html`<${Fetched} answer=${answer}>${({ rows }) => (rows.length || kept.length) > 0 && html`<section class="panel"
    data-testid="my-drafts"><header><h2>${t('idle.drafts')}</h2></header>
    <ul class="card-rows">${rows.map((row) => html`<li class="card-row" key=${row.id}><a href=${`/orders/${row.id}`}>
      ${titleOf(row)}</a>
      <span class="row-line muted">${row.number} · <${Time} at=${row.createdAt} /></span></li>`)}
    ${kept.map((each) => html`<li class="card-row" key=${each.key}><button type="button" class="link" onClick=${() => write(each.key)}
      data-testid="kept-draft">${each.fields?.title || t('orders.untitled')}</button>
      <span class="row-line muted">${t('idle.keptHere')} · <${Time} at=${each.at} /></span></li>`)}</ul></section>`}</${Fetched}>`;
}

export function Idle({ value, write }) {
  const writeNew = () => write('new');
  useKey('Alt+N', 'desk.newOrder', writeNew, { group: 'page' });
  const duty = onDuty(value);
  return html`<div class="idle"><section class="panel state-panel">
      <h1>${t(duty ? `idle.title.${value.state}` : 'idle.title.offline', { name: value.name })}</h1>
      <p>${t(duty ? `idle.text.${value.state}` : 'idle.text.offline')}</p>
      ${may('orders.write') && html`<button type="button" onClick=${writeNew} data-testid="new-order">
        ${t('desk.newOrder')} <kbd aria-hidden="true">Alt N</kbd></button>`}</section>
    <div class="stacked">${may('missed.handle') && html`<${Missed} value=${value} />`}${may('orders.write')
      && html`<${Drafts} write=${write} />`}</div>
    <${Results} /></div>`;
}
