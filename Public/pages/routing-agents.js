// Who answers what, and how well: the agents' queues and skills, what each is doing now, and the list of skills itself.
import { html, useState } from '../vendor/preact.js';
import { named, t } from '../lib/i18n.js';
import { inWords } from '../lib/format.js';
import { now } from '../lib/time.js';
import { centreName, queueName, skillsInWords, useSave } from '../lib/routing.js';
import { complain, toast } from '../lib/toasts.js';
import * as api from '../lib/api.js';
import { Dialog } from '../components/dialog.js';
import { Changes, Refused, SkillLevels } from '../components/routingfields.js';
import { Table } from '../components/table.js';
import { NamesDialog } from './routing-names.js';

const stateOf = (routing, row) => (row.state === 'break' && row.pause ? named(routing.breaks.find((each) => each.id === row.pause)) || t('state.break')
  : row.state === 'break' && row.reason && row.reason !== 'asked' ? t(`reason.${row.reason}`) : t(`state.${row.state}`));

const queuesInWords = (routing, queues) => [...queues].sort((a, b) => a.preference - b.preference)
  .map((each) => (each.preference ? t('routing.membership', { queue: queueName(routing, each.queue), n: each.preference + 1 })
    : queueName(routing, each.queue))).join(t('routing.and')) || '–';

export function AgentsTab({ routing, take, reload }) {
  const [agent, setAgent] = useState(null);
  const [names, setNames] = useState(null);
  const [text, setText] = useState('');
  const [queue, setQueue] = useState('');
  const rows = routing.agents.filter((row) => (!text || `${row.agent} ${row.name ?? ''}`.toLowerCase().includes(text.trim().toLowerCase()))
    && (!queue || row.queues.some((each) => each.queue === queue)));
  const columns = [
    { head: t('calls.agent'), cell: (row) => html`<strong class="number">${row.agent}</strong> ${row.name ?? ''}
      ${routing.centres.length > 1 && row.centre !== routing.centres[0].id && html`<br /><span class="muted">${centreName(routing, row.centre)}</span>`}` },
    { head: t('routing.state'), class: 'number', cell: (row) => html`${stateOf(routing, row)}
      ${row.state !== 'offline' && html` <span class="muted">${inWords(Math.floor((now() - row.since) / 60_000) * 60_000)}</span>`}` },
    { head: t('setting.queues'), cell: (row) => queuesInWords(routing, row.queues) },
    { head: t('setting.skills'), class: 'grow', cell: (row) => skillsInWords(routing, row.skills) },
    { head: t('table.actions'), class: 'actions', cell: (row) => html`<button type="button" onClick=${() => setAgent(row)}
        data-testid=${`agent-edit-${row.agent}`}>${t('routing.edit')}</button> <${StateChoice} routing=${routing} row=${row} done=${reload} />` },
  ];
  return html`<div class="filters"><label class="filter">${t('routing.findAgent')}<input type="search" value=${text} data-testid="agent-find"
        onInput=${(event) => setText(event.target.value)} /></label>
      <label class="filter">${t('routing.queue')}<select data-testid="agent-queue" onChange=${(event) => setQueue(event.target.value)}>
        <option value="">${t('filter.all')}</option>${routing.queues.map((each) => html`<option value=${each.id}>${named(each)}</option>`)}</select></label>
      <button type="button" onClick=${() => setNames('skills')} data-testid="skills-edit">${t('routing.editSkills')}</button>
      <button type="button" onClick=${() => setNames('breaks')} data-testid="breaks-edit">${t('routing.editBreaks')}</button></div>
    <${Table} caption=${t('routing.tab.agents')} columns=${columns} rows=${rows} rowKey=${(row) => row.agent} testid="agents-table" />
    <p class="pager muted" role="status">${t('table.all', { n: rows.length })}</p>
    <${Changes} routing=${routing} parts=${['agents', 'skills', 'breaks']} />
    ${agent && html`<${AgentDialog} routing=${routing} agent=${agent} take=${take} reload=${reload} onClose=${() => setAgent(null)} />`}
    ${names && html`<${NamesDialog} kind=${names} routing=${routing} take=${take} reload=${reload} onClose=${() => setNames(null)} />`}`;
}

/// A leader sets an agent's state; on a call it is what follows.
function StateChoice({ routing, row, done }) {
  if (row.state === 'offline') return null;
  const breaks = routing.breaks.length ? routing.breaks.map((each) => ({ value: `break:${each.id}`, label: t('routing.setBreak', { name: named(each) }) }))
    : [{ value: 'break', label: t('routing.setBreak', { name: t('state.break') }) }];
  const choices = [{ value: 'ready', label: t('routing.setReady') }, ...breaks, { value: 'offline', label: t('routing.setOffline') }];
  async function set(event) {
    const [state, pause] = event.target.value.split(':');
    event.target.value = '';
    if (!state) return;
    try {
      await api.put(`/agents/${row.agent}/state`, pause ? { state, pause } : { state });
      toast(t('routing.stateSet', { agent: row.agent }));
      done();
    } catch (error) {
      complain(error);
    }
  }
  return html`<select aria-label=${t('routing.setState', { agent: row.agent })} data-testid=${`agent-state-${row.agent}`} onChange=${set}>
    <option value="">${t('routing.setStateShort')}</option>
    ${choices.map((each) => html`<option value=${each.value}>${each.label}</option>`)}</select>`;
}

function AgentDialog({ routing, agent, take, reload, onClose }) {
  const [based] = useState(routing);
  const [queues, setQueues] = useState(agent.queues);
  const [skills, setSkills] = useState(agent.skills);
  const { save, busy, error } = useSave(based, (next) => { take(next); onClose(); });
  const preferenceOf = (queue) => queues.find((each) => each.queue === queue)?.preference ?? '';
  const set = (queue, text) => setQueues([...queues.filter((each) => each.queue !== queue), ...(text === '' ? [] : [{ queue, preference: Number(text) }])]);
  const submit = (event) => {
    event.preventDefault();
    save(`/routing/agents/${agent.agent}`, { queues, skills });
  };
  return html`<${Dialog} title=${t('routing.editAgent', { agent: agent.agent, name: agent.name ?? '' })} onClose=${onClose} wide testid="agent-dialog">
    <form onSubmit=${submit}><${Refused} error=${error} reload=${() => { reload(); onClose(); }} />
      <fieldset class="field levels"><legend>${t('setting.queues')}</legend><p class="hint">${t('routing.preferenceHint')}</p>
        <div class="level-grid">${routing.queues.map((each) => html`<label key=${each.id}><span>${named(each)}</span>
          <select data-testid=${`agent-queue-${each.id}`} onChange=${(event) => set(each.id, event.target.value)}>
            <option value="" selected=${preferenceOf(each.id) === ''}>${t('routing.notMember')}</option>
            ${[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => html`<option value=${n} selected=${preferenceOf(each.id) === n}>${
              n === 0 ? t('routing.firstChoice') : t('routing.nthChoice', { n: n + 1 })}</option>`)}</select></label>`)}</div></fieldset>
      <${SkillLevels} routing=${routing} id="agent-skill" label=${t('setting.skills')} hint=${t('routing.levelHint')} none=${t('routing.notSkilled')}
        value=${skills} onChange=${setSkills} />
      <footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
        <button class="primary" disabled=${busy} data-testid="agent-save">${t('routing.save')}</button></footer></form></${Dialog}>`;
}
