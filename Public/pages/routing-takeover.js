// Another centre answers a part of a line's calls: one person gives the command, another approves it.
import { html, useState } from '../vendor/preact.js';
import { named, t } from '../lib/i18n.js';
import { lineName } from '../lib/centre.js';
import { centreName, queueName, skillName } from '../lib/routing.js';
import { useFetch, useNews } from '../lib/rows.js';
import { complain, toast } from '../lib/toasts.js';
import * as api from '../lib/api.js';
import { SelectField, TextField } from '../components/fields.js';
import { Empty, Fetched } from '../components/states.js';
import { Refused } from '../components/routingfields.js';
import { Table } from '../components/table.js';
import { Time } from '../components/ordercells.js';

const words = (text) => text.split(/[\s,，、;；]+/).filter(Boolean);

export function TakeoverTab({ routing }) {
  const answer = useFetch('/takeovers');
  useNews('board', answer.reload, 5_000);
  return html`<${Command} routing=${routing} done=${answer.reload} />
    <h2>${t('takeover.list')}</h2>
    <${Fetched} answer=${answer}>${({ takeovers }) => (takeovers.length ? html`<${List} routing=${routing} rows=${takeovers} done=${answer.reload} />`
      : html`<${Empty} title=${t('takeover.none')}>${t('takeover.noneHint')}</${Empty}>`)}</${Fetched}>`;
}

const tones = { asked: 'amber', inForce: 'state-closed', ended: '' };
const Step = ({ by, at, what }) => (by ? html`<li>${t(`takeover.${what}By`, { by })} <${Time} at=${at} /></li>` : null);

function List({ routing, rows, done }) {
  async function send(request, message) {
    try {
      await request();
      toast(t(message));
      done();
    } catch (error) {
      complain(error);
    }
  }
  const only = (row) => [
    row.numbers && t('rule.numbers', { numbers: row.numbers.join(t('routing.and')) }), row.regions && t('rule.regions', { regions: row.regions.join(t('routing.and')) }),
    row.language && t('rule.language', { language: skillName(routing, row.language) }),
  ].filter(Boolean).join(t('rule.also')) || t('rule.everybody');
  const columns = [
    { head: t('orders.state'), cell: (row) => html`<span class=${`tag ${tones[row.state]}`}>${t(`takeover.state.${row.state}`)}</span>` },
    { head: t('orders.line'), cell: (row) => lineName(row.line) },
    { head: t('takeover.to'), cell: (row) => t('takeover.toQueue', { percent: row.percent, queue: queueName(routing, row.queue) }) },
    { head: t('takeover.who'), cell: only },
    { head: t('takeover.steps'), class: 'grow', cell: (row) => html`<ul class="plain"><${Step} what="asked" by=${row.askedBy} at=${row.askedAt} />
      <${Step} what="approved" by=${row.approvedBy} at=${row.approvedAt} /><${Step} what="ended" by=${row.endedBy} at=${row.endedAt} /></ul>` },
    { head: t('table.actions'), class: 'actions', cell: (row) => html`
      ${row.mayApprove && html`<button type="button" class="primary" data-testid=${`takeover-approve-${row.id}`}
        onClick=${() => send(() => api.post(`/takeovers/${row.id}/approval`), 'takeover.approved')}>${t('takeover.approve')}</button>`}
      ${row.state === 'asked' && !row.mayApprove && html`<span class="muted">${t('takeover.another')}</span>`}
      ${row.state !== 'ended' && html`<button type="button" data-testid=${`takeover-end-${row.id}`}
        onClick=${() => send(() => api.remove(`/takeovers/${row.id}`), 'takeover.ended')}>${t(row.state === 'asked' ? 'takeover.withdraw' : 'takeover.end')}</button>`}` },
  ];
  return html`<${Table} caption=${t('takeover.list')} columns=${columns} rows=${rows} rowKey=${(row) => row.id} testid="takeovers-table" />`;
}

function Command({ routing, done }) {
  const [line, setLine] = useState(routing.lines[0]?.id ?? '');
  const home = routing.lines.find((each) => each.id === line)?.centre;
  const queues = routing.queues.filter((each) => each.centre !== home);
  const [chosen, setQueue] = useState('');
  const queue = queues.some((each) => each.id === chosen) ? chosen : queues[0]?.id ?? '';
  const [percent, setPercent] = useState('30');
  const [numbers, setNumbers] = useState('');
  const [regions, setRegions] = useState('');
  const [language, setLanguage] = useState('');
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  if (!queues.length) return html`<p class="notice amber">${t('takeover.noCentre')}</p>`;
  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const form = { line, queue, percent: Number(percent) };
      if (words(numbers).length) form.numbers = words(numbers);
      if (words(regions).length) form.regions = words(regions);
      if (language) form.language = language;
      await api.post('/takeovers', form);
      toast(t('takeover.askedToast'));
      done();
    } catch (problem) {
      if (!problem.code) throw problem;
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  return html`<form class="panel takeover" onSubmit=${submit} data-testid="takeover-form"><header><h2>${t('takeover.new')}</h2></header>
    <${Refused} error=${error} reload=${done} />
    <div class="form-grid">
      <${SelectField} id="takeover-line" label=${t('orders.line')} value=${line} onChange=${setLine} options=${routing.lines.map((each) => ({ value: each.id, label: lineName(each.id) }))} />
      <${SelectField} id="takeover-queue" label=${t('takeover.queue')} value=${queue} onChange=${setQueue}
        options=${queues.map((each) => ({ value: each.id, label: `${named(each)} · ${centreName(routing, each.centre)}` }))} />
      <${TextField} id="takeover-percent" type="number" min="1" max="100" required label=${t('takeover.percent')} value=${percent} onInput=${setPercent} />
      <${SelectField} id="takeover-language" label=${t('rule.field.language')} value=${language} onChange=${setLanguage}
        options=${[{ value: '', label: t('rule.any') }, ...routing.skills.map((each) => ({ value: each.id, label: named(each) }))]} />
      <${TextField} id="takeover-numbers" label=${t('rule.field.numbers')} hint=${t('rule.numbersHint')} value=${numbers} onInput=${setNumbers} />
      <${TextField} id="takeover-regions" label=${t('rule.field.regions')} hint=${t('rule.regionsHint')} value=${regions} onInput=${setRegions} />
    </div>
    <div class="buttons"><button class="primary" disabled=${busy} data-testid="takeover-ask">${t('takeover.ask')}</button>
      <p class="muted">${t('takeover.hint')}</p></div></form>`;
}
