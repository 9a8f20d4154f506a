// The rows behind one number: what it means, what was counted, of how many, and which.
import { html } from '../vendor/preact.js';
import { language, t, word } from '../lib/i18n.js';
import { lineName } from '../lib/centre.js';
import { count, figure } from '../lib/format.js';
import { address } from '../lib/router.js';
import { useFetch } from '../lib/rows.js';
import { Empty, Fetched } from '../components/states.js';
import { Pager, Table } from '../components/table.js';
import { orderColumns } from '../components/ordercells.js';
import { callColumns } from './calls.js';

/// Kinds and states are counted without a definition of their own; their word is the definition.
function describe(report, key) {
  const found = report.figures.find((each) => each.key === key);
  const english = language.get() === 'en';
  if (found) return { name: english ? found.en : found.zh, definition: english ? found.definitionEn : found.definitionZh, unit: found.unit };
  const [group, value] = key.split('.');
  return { name: `${t('report.orders')} · ${word(group === 'ordersByKind' ? 'kind' : 'order', value)}`, definition: null, unit: 'count' };
}

function valueOf(report, key, line) {
  const i = report.columns.findIndex((each) => each.line === line);
  if (report.values[key]) return report.values[key][i] ?? { value: null };
  const [group, name] = key.split('.');
  const row = group === 'ordersByKind' ? report.orders?.byKind?.find((each) => each.kind === name) : report.orders?.byState?.find((each) => each.state === name);
  const value = row?.counts[i] ?? null;
  return { value, numerator: value, denominator: null };
}

/// What one number means, its two parts, and the rows behind the chosen one. `whose`: of which line or body; `link(part)`: where a
/// part's rows are.
export function FigurePanel({ name, definition, unit, whose, value, part, link, answer, close }) {
  const twoParts = value.denominator != null;
  const tab = (each, n) => html`<a href=${link(each)}
    aria-current=${part === each ? 'page' : undefined} data-testid=${`part-${each}`}>${t(`report.${each}`, { n: count(n) })}</a>`;
  return html`<header class="page-head"><h2>${name} · ${whose} · <span
    data-testid="figure-value">${figure(value.value, unit)}</span></h2>
      <button type="button" onClick=${close} data-testid="figure-close">${t('report.close')}</button></header>
    ${definition && html`<p data-testid="figure-definition">${definition}</p>`}
    ${twoParts && html`<nav class="tabs" aria-label=${t('report.parts')}>
      ${tab('numerator', value.numerator)}${tab('denominator', value.denominator)}</nav>`}
    <${Fetched} answer=${answer}>${({ rows, next, of = 'orders' }) => (rows.length ? html`
      <${Table} caption=${name} columns=${of === 'orders' ? orderColumns() : callColumns()} rows=${rows} rowKey=${(row) => row.id}
        testid="figure-rows" /><${Pager} next=${next} shown=${rows.length} />`
      : html`<${Empty} title=${t('report.noRows')} />`)}</${Fetched}>`;
}

export function FigureRows({ report, current, close }) {
  const { day, figure: key } = current;
  const line = current.line ?? 'all';
  const value = valueOf(report, key, line);
  const part = value.denominator != null && current.part === 'denominator' ? 'denominator' : 'numerator';
  const answer = useFetch('/reports/day/rows', { day, figure: key, line: line === 'all' ? null : line, part, cursor: current.cursor, limit: 50 });
  return html`<${FigurePanel} ...${describe(report, key)} whose=${line === 'all' ? t('report.all') : lineName(line)} value=${value}
    part=${part} link=${(each) => address('/report', { day, figure: key, line, part: each })} answer=${answer} close=${close} />`;
}
