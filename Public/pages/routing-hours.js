// When lines are answered: a week of stretches, and days that differ from it.
import { html, useState } from '../vendor/preact.js';
import { named, t } from '../lib/i18n.js';
import { lineName } from '../lib/centre.js';
import { exceptionInWords, useSave, weekdayName, weekInWords } from '../lib/routing.js';
import { Dialog } from '../components/dialog.js';
import { TextField } from '../components/fields.js';
import { Refused } from '../components/routingfields.js';
import { Table } from '../components/table.js';

const days = [0, 1, 2, 3, 4, 5, 6];
const workday = '08:30-12:00 13:30-17:30';
const fresh = { id: '', name: '', englishName: '', week: days.map((day) => (day < 5 ? workday.split(' ') : [])), exceptions: [] };

export function HoursSection({ routing, take, reload }) {
  const [editing, setEditing] = useState(null);
  const { save, busy, error } = useSave(routing, take);
  const linesOf = (hours) => routing.lines.filter((line) => line.hours === hours.id).map((line) => lineName(line.id)).join(t('routing.and'));
  const columns = [
    { head: t('skill.name'), cell: (row) => html`<strong>${named(row)}</strong>` },
    { head: t('setting.week'), class: 'half', cell: (row) => weekInWords(row.week) },
    { head: t('setting.exceptions'), class: 'grow', cell: (row) => (row.exceptions.length ? html`${row.exceptions.slice(0, 3).map(exceptionInWords).join(t('rule.also'))}
      ${row.exceptions.length > 3 && html`<br /><span class="muted">${t('hours.more', { n: row.exceptions.length - 3 })}</span>`}` : t('routing.none')) },
    { head: t('routing.lines'), cell: (row) => linesOf(row) || html`<span class="muted">${t('routing.none')}</span>` },
    { head: t('table.actions'), class: 'actions', cell: (row) => html`<button type="button" onClick=${() => setEditing(row)}
        data-testid=${`hours-edit-${row.id}`}>${t('routing.edit')}</button>
      <button type="button" class="quiet" disabled=${busy} onClick=${() => save('/routing/hours', { hours: routing.hours.filter((each) => each.id !== row.id) })}
        data-testid=${`hours-remove-${row.id}`}>${t('routing.remove')}</button>` },
  ];
  return html`<div class="buttons"><h2>${t('setting.hours')}</h2>
      <button type="button" onClick=${() => setEditing(fresh)} data-testid="hours-add">${t('hours.add')}</button></div>
    <${Refused} error=${error} reload=${reload} />
    ${routing.hours.length ? html`<${Table} caption=${t('setting.hours')} columns=${columns} rows=${routing.hours} rowKey=${(row) => row.id} testid="hours-table" />`
      : html`<p class="muted">${t('hours.none')}</p>`}
    ${editing && html`<${HoursDialog} routing=${routing} hours=${editing} take=${take} reload=${reload} onClose=${() => setEditing(null)} />`}`;
}

/// As Chinese keyboards write them, too: 08：30—12：00、13：30～18：00.
const stretches = (text) => text.replaceAll('：', ':').replace(/\s*[-–—－~～至到]+\s*/g, '-').split(/[\s,，、;；]+/).filter(Boolean);

function HoursDialog({ routing, hours, take, reload, onClose }) {
  const [based] = useState(routing);
  const isNew = hours.id === '';
  const [form, setForm] = useState({
    ...hours, week: hours.week.map((each) => each.join(' ')), exceptions: hours.exceptions.map((each) => ({ day: each.day, open: each.open.join(' ') })),
  });
  const { save, busy, error } = useSave(based, (next) => { take(next); onClose(); });
  const set = (part) => setForm((before) => ({ ...before, ...part }));
  const setDay = (day, text) => set({ week: form.week.map((each, i) => (i === day ? text : each)) });
  const setException = (index, part) => set({ exceptions: form.exceptions.map((each, i) => (i === index ? { ...each, ...part } : each)) });
  const text = (name, rest) => html`<${TextField} id=${`hours-${name}`} label=${t(`skill.${name}`)} value=${form[name]} required pattern=".*\\S.*"
    onInput=${(value) => set({ [name]: value })} ...${rest} />`;
  const submit = (event) => {
    event.preventDefault();
    const made = {
      id: form.id.trim(), name: form.name.trim(), englishName: form.englishName.trim(), week: form.week.map(stretches),
      exceptions: form.exceptions.map((each) => ({ day: each.day, open: stretches(each.open) })),
    };
    save('/routing/hours', { hours: isNew ? [...based.hours, made] : based.hours.map((each) => (each.id === hours.id ? made : each)) });
  };
  return html`<${Dialog} title=${isNew ? t('hours.add') : t('hours.edit', { hours: named(hours) })} onClose=${onClose} wide testid="hours-dialog">
    <form onSubmit=${submit}><${Refused} error=${error} reload=${() => { reload(); onClose(); }} />
      <div class="form-grid">${isNew && text('id', { hint: t('routing.idHint'), maxlength: 64, autofocus: true })}
        ${text('name', { maxlength: 200 })}${text('englishName', { maxlength: 200 })}</div>
      <fieldset class="field overflows"><legend>${t('setting.week')}</legend><p class="hint">${t('hours.hint')}</p>
        <div class="form-grid">${days.map((day) => html`<${TextField} key=${day} id=${`hours-day-${day}`} label=${weekdayName(day)} placeholder=${t('hours.closed')}
          value=${form.week[day] ?? ''} onInput=${(value) => setDay(day, value)} />`)}
          <button type="button" onClick=${() => set({ week: form.week.map((each, day) => (day < 5 ? form.week[0] : each)) })}
            data-testid="hours-same">${t('hours.same')}</button></div></fieldset>
      <fieldset class="field overflows"><legend>${t('setting.exceptions')}</legend><p class="hint">${t('hours.exceptionHint')}</p>
        ${form.exceptions.map((each, index) => html`<div class="exception-row" key=${index}>
          <input type="date" required aria-label=${t('hours.exceptionDay')} value=${each.day} data-testid=${`exception-day-${index}`}
            onInput=${(event) => setException(index, { day: event.target.value })} />
          <input aria-label=${t('hours.exceptionOpen')} placeholder=${t('hours.closed')} value=${each.open} data-testid=${`exception-open-${index}`}
            onInput=${(event) => setException(index, { open: event.target.value })} />
          <button type="button" class="quiet" onClick=${() => set({ exceptions: form.exceptions.filter((_, i) => i !== index) })}>${t('routing.remove')}</button></div>`)}
        <div><button type="button" onClick=${() => set({ exceptions: [...form.exceptions, { day: '', open: '' }] })}
          data-testid="exception-add">${t('hours.addException')}</button></div></fieldset>
      <footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
        <button class="primary" disabled=${busy} data-testid="hours-save">${t('routing.save')}</button></footer></form></${Dialog}>`;
}
