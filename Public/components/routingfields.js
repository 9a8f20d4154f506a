// What the forms of routing have in common: levels of skills, why a change was refused, and who changed what.
import { html, useEffect } from '../vendor/preact.js';
import { named, t } from '../lib/i18n.js';
import { changeInWords } from '../lib/routing.js';
import { useFetch } from '../lib/rows.js';
import { Fetched } from './states.js';
import { Time } from './ordercells.js';

const levels = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/// A level for each skill of the centre, or none. `value` is a list of {id, level}.
export function SkillLevels({ routing, id, label, hint, value, onChange, none }) {
  const levelOf = (skill) => value.find((each) => each.id === skill)?.level ?? '';
  const set = (skill, level) => onChange([
    ...value.filter((each) => each.id !== skill), ...(level ? [{ id: skill, level: Number(level) }] : []),
  ]);
  return html`<fieldset class="field levels"><legend>${label}</legend>${hint && html`<p class="hint">${hint}</p>`}
    ${routing.skills.length ? html`<div class="level-grid">${routing.skills.map((skill) => html`<label key=${skill.id}><span>${named(skill)}</span>
      <select data-testid=${`${id}-${skill.id}`} onChange=${(event) => set(skill.id, event.target.value)}>
        <option value="" selected=${levelOf(skill.id) === ''}>${none}</option>
        ${levels.map((each) => html`<option value=${each} selected=${levelOf(skill.id) === each}>${t('routing.level', { n: each })}</option>`)}
      </select></label>`)}</div>` : html`<p class="muted">${t('routing.noSkills')}</p>`}</fieldset>`;
}

/// Why it was not saved. Whoever was overtaken by another change may look at what it is now.
export function Refused({ error, reload }) {
  if (!error) return null;
  return html`<div class="notice red" role="alert" data-testid="routing-refused"><p>${error.message}</p>
    ${error.fields.length > 0 && html`<ul>${error.fields.map((each) => html`<li key=${each.field + each.message}>${each.message}</li>`)}</ul>`}
    ${error.code === 'staleVersion' && html`<button type="button" onClick=${reload}>${t('routing.reload')}</button>`}</div>`;
}

/// The newest changes of some parts of the centre: who, when, what.
export function Changes({ routing, parts }) {
  const answer = useFetch('/routing/history', { limit: 50 });
  useEffect(answer.reload, [routing.version]);
  const rows = (answer.data?.rows ?? []).map((row) => ({ ...row, changes: row.changes.filter((each) => parts.includes(each.part)) }))
    .filter((row) => row.changes.length).slice(0, 10);
  return html`<section class="panel changes" data-testid="routing-changes"><header><h2>${t('routing.changes')}</h2></header>
    <${Fetched} answer=${answer}>${() => (rows.length ? html`<ol>${rows.map((row) => html`<li key=${row.version}>
        <p class="muted"><${Time} at=${row.at} /> · ${row.by ?? t('routing.byProgram')} · ${t('routing.version', { n: row.version })}</p>
        <ul>${row.changes.slice(0, 6).map((each) => html`<li key=${`${each.part}${each.id}${each.field}`}>${changeInWords(routing, each)}</li>`)}
          ${row.changes.length > 6 && html`<li class="muted">${t('routing.moreChanges', { n: row.changes.length - 6 })}</li>`}</ul></li>`)}</ol>`
    : html`<p class="muted">${t('routing.noChanges')}</p>`)}</${Fetched}></section>`;
}
