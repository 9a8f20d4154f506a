// Lines and queues: where callers wait, who goes first, and what becomes of those who wait too long.
import { html, useState } from '../vendor/preact.js';
import { named, t } from '../lib/i18n.js';
import { lineName } from '../lib/centre.js';
import { inWords } from '../lib/format.js';
import { centreName, optional, overflowInWords, queueName, skillsInWords, triggerOf, triggers, useSave } from '../lib/routing.js';
import { Dialog } from '../components/dialog.js';
import { SelectField, TextField } from '../components/fields.js';
import { Changes, Refused, SkillLevels } from '../components/routingfields.js';
import { Table } from '../components/table.js';
import { EmergencyButton } from './routing-emergency.js';
import { HoursSection } from './routing-hours.js';

/// What a new queue begins with.
const fresh = (routing) => ({
  id: '', name: '', englishName: '', centre: routing.centres[0].id, strategy: 'longestIdle', priority: 0, offerSeconds: 18,
  wrapUpLimitSeconds: null, capacity: 500, overflow: [], announceSeconds: null, callbackTries: 3, callbackRetrySeconds: 300,
});

export function QueuesTab({ routing, take, reload }) {
  const [queue, setQueue] = useState(null);
  const [retiring, setRetiring] = useState(null);
  const [line, setLine] = useState(null);
  const columns = [
    { head: t('routing.queue'), class: 'queue-name', cell: (row) => html`<strong>${named(row)}</strong>
      ${routing.centres.length > 1 && html`<br /><span class="muted">${centreName(routing, row.centre)}</span>`}` },
    { head: t('routing.now'), class: 'number', cell: (row) => html`${t('routing.waitingNow', { n: row.waiting })}
      ${row.delayMs > 0 && html`<br /><span class="muted">${t('routing.delay', { span: inWords(row.delayMs) })}</span>`}` },
    { head: t('routing.atWork'), class: 'number', cell: (row) => html`<span class=${row.agents && !row.atWork ? 'outcome failed' : ''}>
      ${row.atWork} / ${row.agents}</span>` },
    { head: t('setting.strategy'), cell: (row) => t(`strategy.${row.strategy}`) },
    { head: t('setting.priority'), class: 'figure', cell: (row) => row.priority },
    { head: t('setting.wrapUpLimitSeconds'), class: 'number', cell: (row) => (row.wrapUpLimitSeconds === null ? t('routing.noLimit')
      : t('span.seconds', { n: row.wrapUpLimitSeconds })) },
    { head: t('setting.overflow'), class: 'grow', cell: (row) => (row.overflow.length
      ? html`<ul class="plain">${row.overflow.map((each, i) => html`<li key=${i}>${overflowInWords(routing, each)}</li>`)}</ul>`
      : html`<span class="muted">${t('routing.noOverflow')}</span>`) },
    { head: t('table.actions'), class: 'actions', cell: (row) => html`<button type="button" onClick=${() => setQueue(row)}
      data-testid=${`queue-edit-${row.id}`}>${t('routing.edit')}</button>
      <button type="button" class="quiet" onClick=${() => setRetiring(row)} data-testid=${`queue-retire-${row.id}`}>${t('routing.retire')}</button>` },
  ];
  const lineColumns = [
    { head: t('orders.line'), cell: (row) => html`<strong>${lineName(row.id)}</strong>` },
    { head: t('routing.queue'), cell: (row) => queueName(routing, row.queue) },
    { head: t('setting.requires'), cell: (row) => skillsInWords(routing, row.requires) },
    { head: t('setting.priority'), class: 'figure', cell: (row) => row.priority },
    { head: t('setting.hours'), cell: (row) => (row.hours ? named(routing.hours.find((each) => each.id === row.hours)) : t('routing.alwaysOpen')) },
    { head: t('table.actions'), class: 'actions', cell: (row) => html`<button type="button" onClick=${() => setLine(row)}
      data-testid=${`line-edit-${row.id}`}>${t('routing.edit')}</button> <${EmergencyButton} line=${row} done=${reload} />` },
  ];
  return html`<div class="buttons"><button type="button" class="primary" onClick=${() => setQueue(fresh(routing))}
      data-testid="queue-add">${t('routing.addQueue')}</button></div>
    <${Table} caption=${t('routing.tab.queues')} columns=${columns} rows=${routing.queues} rowKey=${(row) => row.id} testid="queues-table" />
    <h2>${t('routing.lines')}</h2>
    <${Table} caption=${t('routing.lines')} columns=${lineColumns} rows=${routing.lines} rowKey=${(row) => row.id} testid="lines-table" />
    <${HoursSection} routing=${routing} take=${take} reload=${reload} />
    <${Changes} routing=${routing} parts=${['queues', 'lines', 'hours']} />
    ${retiring && html`<${RetireDialog} routing=${routing} queue=${retiring} take=${take} reload=${reload} onClose=${() => setRetiring(null)} />`}
    ${queue && html`<${QueueDialog} routing=${routing} queue=${queue} take=${take} reload=${reload} onClose=${() => setQueue(null)} />`}
    ${line && html`<${LineDialog} routing=${routing} line=${line} take=${take} reload=${reload} onClose=${() => setLine(null)} />`}`;
}

const strategies = () => ['longestIdle', 'fewestCalls', 'mostSkilled', 'fixedOrder'].map((value) => ({ value, label: t(`strategy.${value}`) }));

/// The version stays the one the form was opened with, so that a change meanwhile is noticed and not overwritten.
function QueueDialog({ routing, queue, take, reload, onClose }) {
  const [based] = useState(routing);
  const [form, setForm] = useState(queue);
  const { save, create, busy, error } = useSave(based, (next) => { take(next); onClose(); });
  const isNew = queue.id === '';
  const set = (part) => setForm((before) => ({ ...before, ...part }));
  const text = (name, rest) => html`<${TextField} id=${`queue-${name}`} label=${t(`skill.${name}`)} value=${form[name]}
    onInput=${(value) => set({ [name]: value })} ...${rest} />`;
  const number = (name, hint, rest = {}) => html`<${TextField} id=${`queue-${name}`} type="number" label=${t(`setting.${name}`)} hint=${hint}
    value=${form[name] ?? ''} onInput=${(text) => set({ [name]: optional(text) })} ...${rest} />`;
  const submit = (event) => {
    event.preventDefault();
    const { strategy, priority, offerSeconds, wrapUpLimitSeconds, capacity, overflow, announceSeconds, callbackTries, callbackRetrySeconds } = form;
    const settings = {
      name: form.name.trim(), englishName: form.englishName.trim(),
      strategy, priority: priority ?? 0, offerSeconds, wrapUpLimitSeconds, capacity, overflow, announceSeconds, callbackTries, callbackRetrySeconds,
    };
    if (isNew) create('/routing/queues', { id: form.id.trim(), centre: form.centre, ...settings });
    else save(`/routing/queues/${encodeURIComponent(queue.id)}`, settings);
  };
  return html`<${Dialog} title=${isNew ? t('routing.addQueue') : t('routing.editQueue', { queue: named(queue) })} onClose=${onClose} wide testid="queue-dialog">
    <form onSubmit=${submit}><${Refused} error=${error} reload=${() => { reload(); onClose(); }} />
      ${isNew && html`<p class="hint">${t('routing.newQueueHint')}</p>`}
      <div class="form-grid">
        ${isNew && text('id', { hint: t('routing.idHint'), required: true, maxlength: 64, autofocus: true, pattern: '.*\\S.*' })}
        ${text('name', { required: true, maxlength: 200, pattern: '.*\\S.*' })}
        ${text('englishName', { required: true, maxlength: 200, pattern: '.*\\S.*' })}
        ${isNew && routing.centres.length > 1 && html`<${SelectField} id="queue-centre" label=${t('setting.centre')} value=${form.centre}
          onChange=${(centre) => set({ centre })} options=${routing.centres.map((each) => ({ value: each.id, label: named(each) }))} />`}
        <${SelectField} id="queue-strategy" label=${t('setting.strategy')} value=${form.strategy} options=${strategies()} onChange=${(strategy) => set({ strategy })} />
        ${number('priority', t('routing.priorityHint'), { min: -100, max: 100, required: true })}
        ${number('offerSeconds', null, { min: 1, max: 300, required: true })}
        ${number('wrapUpLimitSeconds', t('routing.emptyNoLimit'), { min: 0, max: 86400 })}
        ${number('capacity', null, { min: 1, max: 100000, required: true })}
        ${number('announceSeconds', t('routing.emptyNever'), { min: 10, max: 3600 })}
        ${number('callbackTries', null, { min: 1, max: 20, required: true })}
        ${number('callbackRetrySeconds', null, { min: 1, max: 86400, required: true })}
      </div>
      <${Overflows} routing=${routing} own=${queue.id} value=${form.overflow} onChange=${(overflow) => set({ overflow })} />
      <footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
        <button class="primary" disabled=${busy} data-testid="queue-save">${t('routing.save')}</button></footer></form></${Dialog}>`;
}

function RetireDialog({ routing, queue, take, reload, onClose }) {
  const [based] = useState(routing);
  const { retire, busy, error } = useSave(based, (next) => { take(next); onClose(); });
  const submit = (event) => {
    event.preventDefault();
    retire(`/routing/queues/${encodeURIComponent(queue.id)}`);
  };
  return html`<${Dialog} title=${t('routing.retireQueue', { queue: named(queue) })} onClose=${onClose} testid="retire-dialog">
    <form onSubmit=${submit}><${Refused} error=${error} reload=${() => { reload(); onClose(); }} />
      <p>${t('routing.retireExplain', { n: queue.agents })}</p>
      <footer><button type="button" autofocus onClick=${onClose}>${t('action.cancel')}</button>
        <button class="danger primary" disabled=${busy} data-testid="retire-confirm">${t('routing.retire')}</button></footer></form></${Dialog}>`;
}

function Overflows({ routing, own, value, onChange }) {
  const change = (index, next) => onChange(value.map((each, i) => (i === index ? next : each)));
  const targets = [...routing.queues.map((each) => ({ value: `queue:${each.id}`, label: t('routing.to.queue', { queue: named(each) }) })),
    ...['callback', 'voicemail'].map((each) => ({ value: each, label: t(`routing.to.${each}`) }))];
  const targetOf = (each) => (each.to.queue ? `queue:${each.to.queue}` : each.to);
  const withTarget = (text) => (text.startsWith('queue:') ? { queue: text.slice(6) } : text);
  const first = routing.queues.find((each) => each.id !== own);
  const add = () => onChange([...value, { waited: 60, to: first ? { queue: first.id } : 'callback' }]);
  return html`<fieldset class="field overflows"><legend>${t('setting.overflow')}</legend><p class="hint">${t('routing.overflowHint')}</p>
    ${value.map((each, index) => {
      const trigger = triggerOf(each);
      const amount = trigger === 'nobody' ? null : each[trigger];
      const set = (name, n) => change(index, { [name]: name === 'nobody' ? true : n, to: each.to });
      return html`<div class="overflow-row" key=${index}>
        <select aria-label=${t('routing.trigger')} data-testid=${`overflow-trigger-${index}`} onChange=${(event) => set(event.target.value, amount ?? 60)}>
          ${triggers.map((name) => html`<option value=${name} selected=${name === trigger}>${t(`trigger.${name}`)}</option>`)}</select>
        ${amount !== null && html`<input type="number" min="0" required aria-label=${t(`trigger.${trigger}`)} value=${amount}
          data-testid=${`overflow-amount-${index}`} onInput=${(event) => set(trigger, optional(event.target.value))} />
          <span>${t(trigger === 'length' ? 'routing.unit.people' : 'routing.unit.seconds')}</span>`}
        <select aria-label=${t('routing.target')} data-testid=${`overflow-target-${index}`}
          onChange=${(event) => change(index, { ...each, to: withTarget(event.target.value) })}>
          ${targets.map((target) => html`<option value=${target.value} selected=${target.value === targetOf(each)}>${target.label}</option>`)}</select>
        <button type="button" class="quiet" onClick=${() => onChange(value.filter((_, i) => i !== index))}>${t('routing.remove')}</button></div>`;
    })}
    <div><button type="button" onClick=${add} data-testid="overflow-add">${t('routing.addOverflow')}</button></div></fieldset>`;
}

function LineDialog({ routing, line, take, reload, onClose }) {
  const [based] = useState(routing);
  const [form, setForm] = useState(line);
  const { save, busy, error } = useSave(based, (next) => { take(next); onClose(); });
  const set = (part) => setForm((before) => ({ ...before, ...part }));
  const submit = (event) => {
    event.preventDefault();
    const { queue, requires, priority, hours } = form;
    save(`/routing/lines/${line.id}`, { queue, requires, priority: priority ?? 0, hours: hours || null });
  };
  const hours = [{ value: '', label: t('routing.alwaysOpen') }, ...routing.hours.map((each) => ({ value: each.id, label: named(each) }))];
  return html`<${Dialog} title=${t('routing.editLine', { line: lineName(line.id) })} onClose=${onClose} testid="line-dialog">
    <form onSubmit=${submit}><${Refused} error=${error} reload=${() => { reload(); onClose(); }} />
      <${SelectField} id="line-queue" label=${t('routing.queue')} value=${form.queue} onChange=${(queue) => set({ queue })}
        options=${routing.queues.map((each) => ({ value: each.id, label: named(each) }))} />
      <${SelectField} id="line-hours" label=${t('setting.hours')} value=${form.hours ?? ''} options=${hours} onChange=${(value) => set({ hours: value })} />
      <${TextField} id="line-priority" type="number" min="-100" max="100" required label=${t('setting.priority')} hint=${t('routing.priorityHint')}
        value=${form.priority ?? ''} onInput=${(text) => set({ priority: optional(text) })} />
      <${SkillLevels} routing=${routing} id="line-skill" label=${t('setting.requires')} hint=${t('routing.requiresHint')} none=${t('routing.notRequired')}
        value=${form.requires} onChange=${(requires) => set({ requires })} />
      <footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
        <button class="primary" disabled=${busy} data-testid="line-save">${t('routing.save')}</button></footer></form></${Dialog}>`;
}
