// All orders this person may see. Every filter is in the address, so a list can be sent to a colleague.
import { html, useEffect, useState } from '../vendor/preact.js';
import { named, t, word } from '../lib/i18n.js';
import { bodies, lines } from '../lib/centre.js';
import { goQuery, go, useRoute } from '../lib/router.js';
import { useFetch, useNews } from '../lib/rows.js';
import { may, session } from '../lib/session.js';
import { ExportButtons } from '../components/exporting.js';
import { Empty, Fetched } from '../components/states.js';
import { Pager, Table } from '../components/table.js';
import { kinds, orderColumns, urgencies } from '../components/ordercells.js';

const states = ['draft', 'dispatched', 'signed', 'disputed', 'returned', 'answered', 'closed', 'reviewing', 'followedUp', 'archived', 'merged', 'discarded', 'withdrawn'];
const names = ['state', 'kind', 'urgency', 'line', 'body', 'due', 'filed', 'sort', 'mine', 'q', 'place', 'from', 'until', 'agent'];

function Filter({ name, options, query, all = t('filter.all') }) {
  const chosen = query[name] ?? (all ? '' : options[0].value);
  return html`<label class="filter"><span>${t(`filter.${name}`)}</span>
    <select value=${chosen} data-testid=${`filter-${name}`} onChange=${(event) => goQuery({ [name]: event.target.value, cursor: null })}>
      ${all && html`<option value="">${all}</option>`}
      ${options.map((each) => html`<option value=${each.value} selected=${chosen === each.value}>${each.label}</option>`)}</select>
        </label>`;
}

function Words({ name, query, hint }) {
  const [text, setText] = useState(query[name] ?? '');
  useEffect(() => setText(query[name] ?? ''), [query[name]]);
  const find = (words) => goQuery({ [name]: words.trim(), cursor: null });
  const submit = (event) => {
    event.preventDefault();
    find(text);
  };
  // Leaving the field counts as Enter, and emptying it asks for all again: what stands there is what the list was found by.
  const write = ({ target }) => {
    setText(target.value);
    if (!target.value) find('');
  };
  return html`<form class="filter" onSubmit=${submit}><label for=${`filter-${name}`}>${t(`filter.${name}`)}</label>
    <input id=${`filter-${name}`} type="search" value=${text} onInput=${write} onChange=${({ target }) => find(target.value)}
      placeholder=${hint} maxlength="100" data-testid=${`filter-${name}`} /></form>`;
}

const Day = ({ name, query, min }) => html`<label class="filter"><span>${t(`filter.${name}`)}</span>
  <input type="date" value=${query[name] ?? ''} min=${min} data-testid=${`filter-${name}`}
    onChange=${(event) => goQuery({ [name]: event.target.value || null, cursor: null })} /></label>`;

export function OrdersPage() {
  const { query } = useRoute();
  const asked = Object.fromEntries(names.filter((name) => query[name]).map((name) => [name, query[name]]));
  const answer = useFetch('/orders', { ...asked, cursor: query.cursor, limit: 50 });
  useNews('orders', answer.reload);
  const filtered = names.some((name) => name !== 'sort' && query[name]);
  const { person } = session.get();
  return html`<div class="page"><header class="page-head"><h1>${t('orders.heading')}</h1>
      <span class="buttons page-tools"><${ExportButtons} asked=${asked} />
        ${may('orders.import') && html`<a class="button" href="/orders/import" data-testid="import-link">${t('import.heading')}</a>`}</span></header>
    <div class="filters" role="group" aria-label=${t('filter.label')}>
      <${Words} name="q" query=${query} hint=${t('filter.qHint')} />
      <${Words} name="place" query=${query} hint=${t('filter.placeHint')} />
      <${Day} name="from" query=${query} /><${Day} name="until" query=${query} min=${query.from} />
      <${Filter} name="state" query=${query} options=${states.map((value) => ({ value, label: word('order', value) }))} />
      <${Filter} name="kind" query=${query} options=${kinds()} />
      <${Filter} name="urgency" query=${query} options=${urgencies()} />
      ${lines().length > 1 && html`<${Filter} name="line" query=${query}
        options=${lines().map((each) => ({ value: each.id, label: named(each) }))} />`}
      ${!person.body && html`<${Filter} name="body" query=${query}
        options=${bodies().map((each) => ({ value: each.id, label: named(each) }))} />`}
      <${Filter} name="due" query=${query} options=${['overdue', 'today'].map((value) => ({ value, label: t(`filter.due.${value}`) }))} />
      <${Filter} name="filed" query=${query} options=${['true', 'false'].map((value) => ({ value, label: t(`filter.filed.${value}`) }))} />
      <${Filter} name="sort" query=${query} all=${null}
        options=${['newest', 'due'].map((value) => ({ value, label: t(`filter.sort.${value}`) }))} />
      ${person.agent && html`<label class="check filter-check"><input type="checkbox" checked=${query.mine === 'true'}
        data-testid="filter-mine"
        onChange=${(event) => goQuery({ mine: event.target.checked ? 'true' : null, cursor: null })} /><span>${t('filter.mine')}</span>
          </label>`}
      ${filtered && html`<button type="button" class="quiet" onClick=${() => go('/orders')} data-testid="filter-clear">${t('filter.clear')}</button>
        `}</div>
    <${Fetched} answer=${answer}>${({ rows, next }) => (rows.length
      ? html`<${Table} caption=${t('orders.heading')} columns=${orderColumns()} rows=${rows} rowKey=${(row) => row.id}
        testid="orders-table" /><${Pager} next=${next} shown=${rows.length} />`
      : html`<${Empty} title=${t(filtered ? 'orders.noneFiltered' : 'orders.none')}>
        ${t(filtered ? 'orders.noneFilteredHint' : 'orders.noneHint')}</${Empty}>`)}</${Fetched}>
  </div>`;
}
