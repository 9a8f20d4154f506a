// The working days: which notices hold, and the form for a new one, with what it would move before it is taken up.
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import * as api from '../lib/api.js';
import { dateTime } from '../lib/format.js';
import { useFetch } from '../lib/rows.js';
import { may } from '../lib/session.js';
import { toast } from '../lib/toasts.js';
import { noFestival, noticeOf, readNotice } from '../lib/notice.js';
import { problemsOf } from '../lib/policy.js';
import { TextArea, TextField } from '../components/fields.js';
import { Failure, Fetched } from '../components/states.js';
import { Table } from '../components/table.js';

const days = (list) => list.map(([name, first, last]) => `${name} ${first.slice(5)}${last && last !== first ? `–${last.slice(5)}` : ''}`).join('、');

export function CalendarTab() {
  const answer = useFetch('/calendar');
  const [open, setOpen] = useState(false);
  const columns = [
    { head: t('limits.notice'), cell: (row) => html`${row.id}${row.source && html`<br /><span class="muted">${row.source}</span>`}` },
    { head: t('limits.published'), class: 'number', cell: (row) => row.published },
    { head: t('limits.off'), class: 'half', cell: (row) => days(row.off) },
    { head: t('limits.worked'), class: 'half', cell: (row) => row.work.map(([day]) => day.slice(5)).join('、') || '–' },
  ];
  const done = () => {
    setOpen(false);
    answer.reload();
  };
  return html`${may('routing') && !open && html`<p><button type="button" class="primary" onClick=${() => setOpen(true)} data-testid="notice-add">${t('notices.add')}</button></p>`}
    ${open && html`<${NoticeForm} done=${done} onClose=${() => setOpen(false)} />`}
    <p class="hint">${t('limits.calendarHint')}</p>
    <${Fetched} answer=${answer}>${(data) => html`<${Table} caption=${t('limits.calendar')} columns=${columns} rows=${data.notices.toReversed()}
      rowKey=${(row) => row.id} testid="calendar-table" />`}</${Fetched}>`;
}

function NoticeForm({ done, onClose }) {
  const [form, setForm] = useState({ id: '', published: '', source: '', year: '', festivals: [noFestival()] });
  const [pasted, setPasted] = useState('');
  const [tried, setTried] = useState(null);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  // What was counted is no longer what would be saved.
  const set = (part) => {
    setForm((before) => ({ ...before, ...part }));
    setTried(null);
  };
  const setFestival = (row, part) => set({ festivals: form.festivals.map((each, i) => (i === row ? { ...each, ...part } : each)) });
  const read = () => {
    const { festivals, ...found } = readNotice(pasted);
    if (!festivals.length) return setError({ message: t('notices.notRead'), fields: [] });
    setError(null);
    return set({ ...Object.fromEntries(Object.entries(found).filter(([, value]) => value)), festivals });
  };
  const { notice, index } = noticeOf(form);
  async function send(path, took) {
    setBusy(true);
    setError(null);
    try {
      took(await api.post(path, { notice: JSON.stringify(notice) }));
    } catch (problem) {
      if (!problem.code) throw problem;
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  const problems = problemsOf(error, 'notice');
  const rowProblems = (row) => ['off', 'work'].flatMap((part) => index[part].flatMap((of, i) => (of === row ? Object.entries(problems)
    .filter(([field]) => field === `${part}[${i}]` || field.startsWith(`${part}[${i}][`)).map(([, text]) => text) : [])));
  const submit = (event) => {
    event.preventDefault();
    send('/calendar/notices/trial', setTried);
  };
  const save = () => send('/calendar/notices', ({ moved }) => {
    toast(t('notices.saved', { n: moved }));
    done();
  });
  return html`<form class="panel notice-form" onSubmit=${submit} novalidate data-testid="notice-form"><h2>${t('notices.add')}</h2>
    <details><summary>${t('notices.paste')}</summary><${TextArea} id="notice-text" label=${t('notices.text')} hint=${t('notices.textHint')} rows="5" value=${pasted} onInput=${setPasted} />
      <p><button type="button" onClick=${read} data-testid="notice-read">${t('notices.read')}</button></p></details>
    ${error && html`<${Failure} error=${error} />`}
    ${[problems.whole, problems.off].filter(Boolean).map((each) => html`<p class="error" key=${each}>${each}</p>`)}
    <div class="form-grid">
      <${TextField} id="notice-id" label=${t('limits.notice')} value=${form.id} error=${problems.id} maxlength="64" placeholder="国办发明电〔2026〕7号" onInput=${(id) => set({ id })} />
      <${TextField} id="notice-published" type="date" label=${t('notices.published')} value=${form.published} error=${problems.published} onInput=${(published) => set({ published })} />
      <${TextField} id="notice-year" type="number" min="2000" max="2100" label=${t('notices.year')} hint=${t('notices.yearHint')} value=${form.year} error=${problems.year} onInput=${(year) => set({ year })} />
      <${TextField} id="notice-source" label=${t('notices.source')} value=${form.source} error=${problems.source} maxlength="200" onInput=${(source) => set({ source })} /></div>
    <ol class="festivals">${form.festivals.map((each, row) => html`<li key=${row} class=${rowProblems(row).length ? 'has-error' : ''} data-testid=${`festival-${row}`}>
      ${rowProblems(row).map((text) => html`<p class="error" key=${text}>${text}</p>`)}
      <div class="festival"><${TextField} id=${`festival-${row}-name`} label=${t('notices.name')} value=${each.name} maxlength="20" onInput=${(name) => setFestival(row, { name })} />
        <${TextField} id=${`festival-${row}-first`} type="date" label=${t('notices.first')} value=${each.first} onInput=${(first) => setFestival(row, { first })} />
        <${TextField} id=${`festival-${row}-last`} type="date" label=${t('notices.last')} value=${each.last} min=${each.first} onInput=${(last) => setFestival(row, { last })} />
        <${TextField} id=${`festival-${row}-work`} label=${t('notices.work')} placeholder="2026-02-14 2026-02-28" value=${each.work} onInput=${(work) => setFestival(row, { work })} />
        <button type="button" class="quiet" onClick=${() => set({ festivals: form.festivals.filter((_, i) => i !== row) })}>${t('routing.remove')}</button></div></li>`)}</ol>
    <div><button type="button" class="small" onClick=${() => set({ festivals: [...form.festivals, noFestival()] })} data-testid="festival-add">${t('notices.addFestival')}</button></div>
    ${tried && html`<div class=${`notice ${tried.moved ? 'amber' : ''} moves`} role="status" data-testid="notice-moved"><p><strong>${t(tried.moved ? 'notices.wouldMove' : 'notices.wouldMoveNone', { moved: tried.moved, open: tried.open })}</strong></p>
      ${tried.rows.length > 0 && html`<ul class="plain">${tried.rows.map((each) => html`<li key=${each.order}><span class="number">${each.number}</span> ${each.title}
        <span class="muted">${t(`clock.${each.clock}`)}</span> ${dateTime(each.before)} → <strong>${dateTime(each.after)}</strong></li>`)}
        ${tried.moved > tried.rows.length && html`<li class="muted">${t('notices.more', { n: tried.moved - tried.rows.length })}</li>`}</ul>`}</div>`}
    <div class="buttons"><button class=${tried ? '' : 'primary'} disabled=${busy} data-testid="notice-try">${t('notices.try')}</button>
      ${tried && html`<button type="button" class="primary" disabled=${busy} onClick=${save} data-testid="notice-save">${t('notices.save')}</button>`}
      <button type="button" onClick=${onClose}>${t('action.cancel')}</button></div></form>`;
}
