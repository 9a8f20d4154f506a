// Business rules: callers whom a rule fits are treated as it says, one rule after the other.
import { html, useState } from '../vendor/preact.js';
import { named, t } from '../lib/i18n.js';
import { lineName } from '../lib/centre.js';
import { conditionInWords, optional, treatmentInWords, useSave } from '../lib/routing.js';
import { Dialog } from '../components/dialog.js';
import { SelectField, TextField } from '../components/fields.js';
import { Empty } from '../components/states.js';
import { Changes, Refused, SkillLevels } from '../components/routingfields.js';
import { Table } from '../components/table.js';

export function RulesTab({ routing, take, reload }) {
  const [editing, setEditing] = useState(null);
  const { save, busy, error } = useSave(routing, take);
  const { rules } = routing;
  const send = (next) => save('/routing/rules', { rules: next });
  const move = (index, step) => {
    const next = [...rules];
    [next[index], next[index + step]] = [next[index + step], next[index]];
    send(next);
  };
  const columns = [
    { head: t('rule.order'), class: 'figure', cell: (row) => row.index + 1 },
    { head: t('rule.name'), class: 'rule-name', cell: (row) => html`<strong>${row.rule.id}</strong>` },
    { head: t('rule.when'), class: 'half', cell: (row) => conditionInWords(routing, row.rule.when) },
    { head: t('rule.then'), class: 'half', cell: (row) => treatmentInWords(routing, row.rule.then) },
    { head: t('table.actions'), class: 'actions', cell: (row) => html`
      <button type="button" onClick=${() => setEditing(row.index)} data-testid=${`rule-edit-${row.rule.id}`}>${t('routing.edit')}</button>
      <button type="button" disabled=${busy || row.index === 0} onClick=${() => move(row.index, -1)} aria-label=${t('rule.up', { rule: row.rule.id })}>↑</button>
      <button type="button" disabled=${busy || row.index === rules.length - 1} onClick=${() => move(row.index, 1)}
        aria-label=${t('rule.down', { rule: row.rule.id })}>↓</button>
      <button type="button" class="quiet" disabled=${busy} onClick=${() => send(rules.filter((_, i) => i !== row.index))}
        data-testid=${`rule-remove-${row.rule.id}`}>${t('routing.remove')}</button>` },
  ];
  return html`<div class="buttons"><button type="button" class="primary" onClick=${() => setEditing(rules.length)} data-testid="rule-add">${t('rule.add')}</button></div>
    <p class="hint">${t('rule.hint')}</p><${Refused} error=${error} reload=${reload} />
    ${rules.length ? html`<${Table} caption=${t('routing.tab.rules')} columns=${columns} rows=${rules.map((rule, index) => ({ rule, index }))}
      rowKey=${(row) => row.rule.id} testid="rules-table" />` : html`<${Empty} title=${t('rule.none')}>${t('rule.noneHint')}</${Empty}>`}
    <${Changes} routing=${routing} parts=${['rules']} />
    ${editing !== null && html`<${RuleDialog} routing=${routing} index=${editing} take=${take} reload=${reload} onClose=${() => setEditing(null)} />`}`;
}

const words = (text) => text.split(/[\s,，、;；]+/).filter(Boolean);
const some = (list) => (list.length ? list : undefined);

function RuleDialog({ routing, index, take, reload, onClose }) {
  const [based] = useState(routing);
  const rule = based.rules[index] ?? { id: '', when: {}, then: {} };
  const [form, setForm] = useState({
    id: rule.id, lines: rule.when.lines ?? [], numbers: (rule.when.numbers ?? []).join(' '), regions: (rule.when.regions ?? []).join(' '),
    language: rule.when.language ?? '', attempts: rule.when.attempts ?? null, hasOpenOrder: rule.when.hasOpenOrder === undefined ? '' : String(rule.when.hasOpenOrder),
    queue: rule.then.queue ?? '', requires: rule.then.requires ?? [], priority: rule.then.priority ?? null, ownAgentSeconds: rule.then.ownAgentSeconds ?? null,
  });
  const { save, busy, error } = useSave(based, (next) => { take(next); onClose(); });
  const set = (part) => setForm((before) => ({ ...before, ...part }));
  const submit = (event) => {
    event.preventDefault();
    const made = {
      id: form.id.trim(),
      when: {
        lines: some(form.lines), numbers: some(words(form.numbers)), regions: some(words(form.regions)), language: form.language || undefined,
        attempts: form.attempts ?? undefined, hasOpenOrder: form.hasOpenOrder === '' ? undefined : form.hasOpenOrder === 'true',
      },
      then: {
        queue: form.queue || undefined, requires: some(form.requires), priority: form.priority || undefined, ownAgentSeconds: form.ownAgentSeconds ?? undefined,
      },
    };
    const rules = [...based.rules];
    rules[index] = made;
    save('/routing/rules', { rules });
  };
  const number = (name, hint, rest) => html`<${TextField} id=${`rule-${name}`} type="number" label=${t(`rule.field.${name}`)} hint=${hint} value=${form[name] ?? ''}
    onInput=${(text) => set({ [name]: optional(text) })} ...${rest} />`;
  const text = (name, hint) => html`<${TextField} id=${`rule-${name}`} label=${t(`rule.field.${name}`)} hint=${hint} value=${form[name]} onInput=${(value) => set({ [name]: value })} />`;
  const toggle = (line) => set({ lines: form.lines.includes(line) ? form.lines.filter((each) => each !== line) : [...form.lines, line] });
  const any = { value: '', label: t('rule.any') };
  return html`<${Dialog} title=${t(rule.id ? 'rule.edit' : 'rule.add', { rule: rule.id })} onClose=${onClose} wide testid="rule-dialog">
    <form onSubmit=${submit}><${Refused} error=${error} reload=${() => { reload(); onClose(); }} />
      <${TextField} id="rule-id" label=${t('rule.name')} hint=${t('rule.nameHint')} required maxlength="64" autofocus value=${form.id} onInput=${(id) => set({ id })} />
      <div class="rule-sides"><fieldset class="field side"><legend>${t('rule.when')}</legend><p class="hint">${t('rule.whenHint')}</p>
        <fieldset class="field"><legend>${t('rule.field.lines')}</legend><div class="choices">${routing.lines.map((line) => html`<label class="check" key=${line.id}>
          <input type="checkbox" checked=${form.lines.includes(line.id)} onChange=${() => toggle(line.id)} data-testid=${`rule-line-${line.id}`} />
          <span>${lineName(line.id)}</span></label>`)}</div></fieldset>
        ${text('numbers', t('rule.numbersHint'))}${text('regions', t('rule.regionsHint'))}
        <${SelectField} id="rule-language" label=${t('rule.field.language')} value=${form.language} onChange=${(language) => set({ language })}
          options=${[any, ...routing.skills.map((each) => ({ value: each.id, label: named(each) }))]} />
        ${number('attempts', t('rule.attemptsHint'), { min: 1, max: 100 })}
        <${SelectField} id="rule-hasOpenOrder" label=${t('rule.field.hasOpenOrder')} value=${form.hasOpenOrder} onChange=${(hasOpenOrder) => set({ hasOpenOrder })}
          options=${[any, { value: 'true', label: t('rule.yes') }, { value: 'false', label: t('rule.no') }]} /></fieldset>
      <fieldset class="field side"><legend>${t('rule.then')}</legend><p class="hint">${t('rule.thenHint')}</p>
        <${SelectField} id="rule-queue" label=${t('rule.field.queue')} value=${form.queue} onChange=${(queue) => set({ queue })}
          options=${[{ value: '', label: t('rule.sameQueue') }, ...routing.queues.map((each) => ({ value: each.id, label: named(each) }))]} />
        ${number('priority', t('routing.priorityHint'), { min: -100, max: 100 })}
        ${number('ownAgentSeconds', t('rule.ownAgentHint'), { min: 1, max: 3600 })}
        <${SkillLevels} routing=${routing} id="rule-skill" label=${t('setting.requires')} none=${t('routing.notRequired')}
          value=${form.requires} onChange=${(requires) => set({ requires })} /></fieldset></div>
      <footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
        <button class="primary" disabled=${busy} data-testid="rule-save">${t('routing.save')}</button></footer></form></${Dialog}>`;
}
