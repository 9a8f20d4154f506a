// The day report: the table first; each number opens the rows it counts, with its definition.
import { html, useEffect, useRef } from '../vendor/preact.js';
import { language, t, word } from '../lib/i18n.js';
import { lineName } from '../lib/centre.js';
import { addDays, count, dayOf, figure } from '../lib/format.js';
import { now } from '../lib/time.js';
import { address, go, goQuery, useRoute } from '../lib/router.js';
import { useFetch } from '../lib/rows.js';
import { useKey } from '../lib/keys.js';
import { Empty, Fetched } from '../components/states.js';
import { FigureRows } from './report-rows.js';
import { BodiesReport } from './report-bodies.js';

const column = (each) => (each.line === 'all' ? t('report.all') : lineName(each.line));
export const figureName = (each) => (language.get() === 'zh' ? each.zh : each.en);

/// A number that opens its rows.
function Cell({ name, line, text, note, current }) {
  const chosen = current.figure === name && (current.line ?? 'all') === line;
  return html`<a href=${address('/report', { day: current.day, figure: name, line, part: null })} class="figure-link"
    aria-current=${chosen ? 'true' : undefined}
    data-testid=${`fig-${name}-${line}`}>${note && html`<span class="figure-note">${note}</span>`}<span>${text}</span></a>`;
}

const parts = (value, unit) => (unit === 'rate' && value.denominator != null ? `${count(value.numerator)}/${count(value.denominator)}` : null);

function Figures({ report, current }) {
  return html`<div class="table-frame"><table class="table report" data-testid="report-table"><caption class="visually-hidden">
    ${t('report.heading', { day: report.day })}</caption>
    <thead><tr><th scope="col">${t('report.figure')}</th>
      ${report.columns.map((each) => html`<th scope="col" class="figure" key=${each.line}>${column(each)}</th>`)}</tr></thead>
    <tbody>${report.figures.map((each) => html`<tr key=${each.key}><th scope="row"
      title=${language.get() === 'zh' ? each.definitionZh : each.definitionEn}>${figureName(each)}</th>
      ${report.columns.map(({ line }, i) => {
        const value = report.values[each.key]?.[i] ?? { value: null };
        return html`<td class="figure" key=${line}>
          <${Cell} name=${each.key} line=${line} current=${current} text=${figure(value.value, each.unit)} note=${parts(value, each.unit)} /></td>`;
      })}</tr>`)}</tbody></table></div>`;
}

function Counts({ report, current, group, of, heading }) {
  const rows = report.orders?.[group] ?? [];
  const key = group === 'byKind' ? 'kind' : 'state';
  const prefix = group === 'byKind' ? 'ordersByKind' : 'ordersByState';
  return html`<section><h2>${heading}</h2><div class="table-frame"><table class="table report"><caption class="visually-hidden">${heading}</caption>
    <thead><tr><th scope="col">${t(`report.${key}`)}</th>
      ${report.columns.map((each) => html`<th scope="col" class="figure" key=${each.line}>${column(each)}</th>`)}</tr></thead>
    <tbody>${rows.map((each) => html`<tr key=${each[key]}><th scope="row">${word(of, each[key])}</th>
      ${report.columns.map(({ line }, i) => html`<td class="figure" key=${line}>
      <${Cell} name=${`${prefix}.${each[key]}`} line=${line} current=${current} text=${count(each.counts[i])} /></td>`)}</tr>`)}</tbody>
        </table></div></section>`;
}

/// The one chart answers: what did citizens come with? Bars, longest first; the table beside it has the same numbers.
function Chart({ report }) {
  const all = report.columns.findIndex((each) => each.line === 'all');
  const bars = (report.orders?.byKind ?? []).map((each) => ({ kind: each.kind, n: each.counts[all] ?? 0 })).sort((a, b) => b.n - a.n);
  const top = Math.max(1, ...bars.map((each) => each.n));
  return html`<figure class="chart"><figcaption><h2>${t('report.chart')}</h2></figcaption>
    <svg viewBox=${`0 0 520 ${bars.length * 32 + 4}`} role="img"
      aria-label=${bars.map((each) => `${word('kind', each.kind)} ${each.n}`).join(', ')}>
      ${bars.map((each, i) => html`<g key=${each.kind}><text x="96" y=${i * 32 + 21} text-anchor="end">${word('kind', each.kind)}</text>
        <rect x="106" y=${i * 32 + 5} width=${Math.max(each.n ? 2 : 0, (each.n * 350) / top)} height="22" rx="3" />
          <text x=${112 + (each.n * 350) / top} y=${i * 32 + 21}>${count(each.n)}</text></g>`)}</svg></figure>`;
}

/// How a day went, or how the bodies did in a period.
export function ReportPage() {
  const { query } = useRoute();
  const tab = (view, to) => html`<a href=${to} aria-current=${(query.view === 'bodies') === (view === 'bodies') ? 'page' : undefined}
    data-testid=${`report-${view}`}>${t(`report.${view}`)}</a>`;
  return html`<div class="page report-page"><nav class="tabs" aria-label=${t('nav.report')}>${tab('calls', '/report')}
      ${tab('bodies', address('/report', { view: 'bodies' }))}</nav>
    ${query.view === 'bodies' ? html`<${BodiesReport} query=${query} />` : html`<${DayReport} query=${query} />`}</div>`;
}

function DayReport({ query }) {
  const today = dayOf(now());
  const day = /^\d{4}-\d{2}-\d{2}$/.test(query.day ?? '') ? query.day : addDays(today, -1);
  const current = { ...query, day };
  const answer = useFetch('/reports/day', { day });
  const panel = useRef();
  const move = (days) => goQuery({ day: addDays(day, days), cursor: null });
  useKey('[', 'report.previous', () => move(-1));
  useKey(']', 'report.next', () => move(1), { enabled: day < today });
  useEffect(() => { if (query.figure && answer.data) panel.current?.focus(); }, [query.figure, query.line, query.part, Boolean(answer.data)]);
  return html`<header class="page-head"><h1>${t('report.heading', { day })}</h1>
      <nav class="day-picker" aria-label=${t('report.day')}><a class="button"
        href=${address('/report', { ...query, day: addDays(day, -1), cursor: null })} data-testid="day-before">
        ${t('report.previous')} <kbd aria-hidden="true">[</kbd></a>
        <label><span class="visually-hidden">${t('report.day')}</span><input type="date" value=${day} max=${today} data-testid="report-day"
          onChange=${(event) => event.target.value && goQuery({ day: event.target.value, cursor: null })} /></label>
        ${day < today && html`<a class="button" href=${address('/report', { ...query, day: addDays(day, 1), cursor: null })}
          data-testid="day-after">${t('report.next')} <kbd aria-hidden="true">]</kbd></a>`}</nav></header>
    ${day === today && html`<p class="notice amber">${t('report.unfinished')}</p>`}
    <${Fetched} answer=${answer}>${(report) => html`
      ${report.figures.length ? html`<p class="muted">${t('report.hint')}</p><${Figures} report=${report} current=${current} />`
        : html`<${Empty} title=${t('report.none')} />`}
      ${query.figure && html`<section class="panel figure-panel" ref=${panel} tabindex="-1" data-testid="figure-panel">
        <${FigureRows} report=${report} current=${current} close=${() => go(address('/report', { day }))} /></section>`}
      <div class="report-low"><${Counts} report=${report} current=${current} group="byKind" of="kind" heading=${t('report.byKind')} />
        <${Chart} report=${report} /><${Counts} report=${report} current=${current} group="byState" of="order" heading=${t('report.byState')} /></div>`}</${Fetched}>`;
}
