// How orders went through the bodies' hands in a period: a row a body; each number opens the orders it counts.
import { html, useEffect, useRef } from '../vendor/preact.js';
import { language, t } from '../lib/i18n.js';
import { bodyName } from '../lib/centre.js';
import { addDays, count, dayOf, figure } from '../lib/format.js';
import { now } from '../lib/time.js';
import { address, go, goQuery } from '../lib/router.js';
import { useFetch } from '../lib/rows.js';
import { Empty, Fetched } from '../components/states.js';
import { FigurePanel } from './report-rows.js';

const isDay = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text ?? '');
const whose = (body) => (body ? bodyName(body) : t('report.allBodies'));
const words = (each) => (language.get() === 'zh'
  ? { name: each.zh, definition: each.definitionZh } : { name: each.en, definition: each.definitionEn });

function Bodies({ report, current }) {
  const { view, from, until } = current;
  const link = (key, body) => address('/report', { view, from, until, figure: key, body: body ?? 'all' });
  return html`<div class="table-frame"><table class="table report bodies-report" data-testid="bodies-table">
    <caption class="visually-hidden">${t('report.bodiesHeading', { from, until })}</caption>
    <thead><tr><th scope="col">${t('report.body')}</th>${report.figures.map((each) => html`
      <th scope="col" class="figure" key=${each.key} title=${words(each).definition}>${words(each).name}</th>`)}</tr></thead>
    <tbody>${report.rows.map((row) => html`<tr key=${row.body ?? 'all'} data-testid="body-row"><th scope="row">${whose(row.body)}</th>
      ${row.values.map((value, i) => {
        const { key, unit } = report.figures[i];
        const chosen = current.figure === key && (current.body ?? 'all') === (row.body ?? 'all');
        return html`<td class="figure" key=${key}><a href=${link(key, row.body)} class="figure-link"
          aria-current=${chosen ? 'true' : undefined} data-testid=${`fig-${key}-${row.body ?? 'all'}`}><span>${figure(value.value, unit)}</span>
          ${value.denominator != null && html`<span class="figure-note">${count(value.numerator)}/${count(value.denominator)}</span>`}</a></td>`;
      })}</tr>`)}</tbody></table></div>`;
}

function BodyRows({ report, current, close }) {
  const { view, from, until, figure: key } = current;
  const body = current.body && current.body !== 'all' ? current.body : null;
  const place = report.figures.findIndex((each) => each.key === key);
  const value = report.rows.find((row) => row.body === body)?.values[place] ?? { value: null };
  const part = value.denominator != null && current.part === 'denominator' ? 'denominator' : 'numerator';
  const answer = useFetch(place < 0 ? null : '/reports/loop/rows', { from, until, figure: key, body, part, cursor: current.cursor, limit: 50 });
  if (place < 0) return html`<${Empty} title=${t('report.noRows')} />`;
  return html`<${FigurePanel} ...${words(report.figures[place])} unit=${report.figures[place].unit} whose=${whose(body)} value=${value}
    part=${part} link=${(each) => address('/report', { view, from, until, figure: key, body: body ?? 'all', part: each })}
    answer=${answer} close=${close} />`;
}

export function BodiesReport({ query }) {
  const today = dayOf(now());
  const until = isDay(query.until) ? query.until : today;
  const from = isDay(query.from) ? query.from : addDays(until, -29);
  const current = { ...query, from, until };
  const answer = useFetch('/reports/loop', { from, until });
  const panel = useRef();
  useEffect(() => { if (query.figure && answer.data) panel.current?.focus(); }, [query.figure, query.body, query.part, Boolean(answer.data)]);
  const day = (name, value) => html`<label class="filter"><span>${t(`report.${name}`)}</span><input type="date" value=${value} max=${today}
    data-testid=${`report-${name}`}
    onChange=${(event) => event.target.value && goQuery({ from, until, [name]: event.target.value, cursor: null })} /></label>`;
  return html`<header class="page-head"><h1>${t('report.bodiesHeading', { from, until })}</h1>
      <div class="day-picker">${day('from', from)}${day('until', until)}</div></header>
    <${Fetched} answer=${answer}>${(report) => html`<p class="muted">${t('report.hint')}</p>
      <${Bodies} report=${report} current=${current} />
      ${report.rows.length === 1 && html`<${Empty} title=${t('report.noBodies')} />`}
      ${query.figure && html`<section class="panel figure-panel" ref=${panel} tabindex="-1" data-testid="figure-panel">
        <${BodyRows} report=${report} current=${current} close=${() => go(address('/report', { view: 'bodies', from, until }))} />
          </section>`}`}</${Fetched}>`;
}
