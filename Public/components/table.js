// A dense table with a head that stays, rows reached by arrow keys, and pages by "next" (the browser's back goes back).
import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { address, useRoute } from '../lib/router.js';

/// `columns`: {name, head, cell(row), class}. The first link of a row is what arrow keys move between.
export function Table({ caption, columns, rows, rowKey, testid, after }) {
  return html`<div class="table-frame"><table class="table" data-testid=${testid} onKeyDown=${arrows}>
    <caption class="visually-hidden">${caption}</caption>
    <thead><tr>${columns.map((each) => html`<th scope="col" class=${each.class}>${each.head}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`
      <tr key=${rowKey(row)} data-testid="row" data-id=${rowKey(row)}>
        ${columns.map((each) => html`<td class=${each.class} data-head=${each.head}>${each.cell(row)}</td>`)}</tr>
      ${after?.(row)}`)}</tbody>
  </table></div>`;
}

function arrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches('a, button')) return;
  const links = [...event.currentTarget.querySelectorAll('tbody tr')].map((row) => row.querySelector('a, button')).filter(Boolean);
  const row = event.target.closest('tr')?.querySelector('a, button');
  const next = links[links.indexOf(row) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/// Keyset paging in the address: the cursor says where the page starts, so a shared link shows the same rows.
export function Pager({ next, shown }) {
  const { path, query } = useRoute();
  if (!next && !query.cursor) return html`<p class="pager muted" role="status">${t('table.all', { n: shown })}</p>`;
  return html`<nav class="pager" aria-label=${t('table.pages')}>
    <span class="muted" role="status">${t('table.shown', { n: shown })}</span>
    ${query.cursor && html`<a class="button" href=${address(path, { ...query, cursor: null })}>${t('table.first')}</a>`}
    ${next && html`<a class="button" href=${address(path, { ...query, cursor: next })} data-testid="next-page">${t('table.next')}</a>`}</nav>
  `;
}
