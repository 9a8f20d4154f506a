// The list of skills: what agents can be able to do and callers can need. Languages and dialects are skills.
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useSave } from '../lib/routing.js';
import { Dialog } from '../components/dialog.js';
import { Refused } from '../components/routingfields.js';

export function SkillsDialog({ routing, take, reload, onClose }) {
  const [based] = useState(routing);
  const [skills, setSkills] = useState(routing.skills);
  const { save, busy, error } = useSave(based, (next) => { take(next); onClose(); });
  const change = (index, part) => setSkills(skills.map((each, i) => (i === index ? { ...each, ...part } : each)));
  const known = new Set(routing.skills.map((each) => each.id));
  const usedBy = (id) => routing.agents.filter((agent) => agent.skills.some((each) => each.id === id)).length;
  const submit = (event) => {
    event.preventDefault();
    save('/routing/skills', { skills: skills.map((each) => ({ id: each.id.trim(), name: each.name.trim(), englishName: each.englishName.trim() })) });
  };
  const cell = (index, name, rest = {}) => html`<input value=${skills[index][name]} required aria-label=${t(`skill.${name}`)} data-testid=${`skill-${name}-${index}`}
    onInput=${(event) => change(index, { [name]: event.target.value })} ...${rest} />`;
  return html`<${Dialog} title=${t('routing.editSkills')} onClose=${onClose} wide testid="skills-dialog">
    <form onSubmit=${submit}><${Refused} error=${error} reload=${() => { reload(); onClose(); }} />
      <p class="hint">${t('skill.hint')}</p>
      <table class="table skills"><thead><tr>${['id', 'name', 'englishName'].map((name) => html`<th scope="col">${t(`skill.${name}`)}</th>`)}
          <th scope="col">${t('skill.agents')}</th><th scope="col">${t('table.actions')}</th></tr></thead>
        <tbody>${skills.map((each, index) => html`<tr key=${index}><td>${cell(index, 'id', { readOnly: known.has(each.id) && index < routing.skills.length })}</td>
          <td>${cell(index, 'name')}</td><td>${cell(index, 'englishName')}</td><td class="figure">${usedBy(each.id)}</td>
          <td><button type="button" class="quiet" onClick=${() => setSkills(skills.filter((_, i) => i !== index))}>${t('routing.remove')}</button></td></tr>`)}
        </tbody></table>
      <div><button type="button" onClick=${() => setSkills([...skills, { id: '', name: '', englishName: '' }])} data-testid="skill-add">${t('skill.add')}</button></div>
      <footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
        <button class="primary" disabled=${busy} data-testid="skills-save">${t('routing.save')}</button></footer></form></${Dialog}>`;
}
