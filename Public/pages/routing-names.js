// Lists of what is only named: skills, which agents have and callers need (languages and dialects are some), and kinds of breaks.
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useSave } from '../lib/routing.js';
import { Dialog } from '../components/dialog.js';
import { Refused } from '../components/routingfields.js';

const kinds = {
  skills: { title: 'routing.editSkills', hint: 'skill.hint', agents: 'skill.agents', add: 'skill.add', testid: 'skill',
    uses: (agent, id) => agent.skills.some((each) => each.id === id) },
  breaks: { title: 'routing.editBreaks', hint: 'pause.hint', agents: 'pause.agents', add: 'pause.add', testid: 'pause',
    uses: (agent, id) => agent.pause === id },
};

export function NamesDialog({ kind, routing, take, reload, onClose }) {
  const { title, hint, agents, add, testid, uses } = kinds[kind];
  const [based] = useState(routing);
  const [things, setThings] = useState(routing[kind]);
  const { save, busy, error } = useSave(based, (next) => { take(next); onClose(); });
  const change = (index, part) => setThings(things.map((each, i) => (i === index ? { ...each, ...part } : each)));
  const known = new Set(based[kind].map((each) => each.id));
  const usedBy = (id) => routing.agents.filter((agent) => uses(agent, id)).length;
  const submit = (event) => {
    event.preventDefault();
    save(`/routing/${kind}`, { [kind]: things.map((each) => ({ id: each.id.trim(), name: each.name.trim(), englishName: each.englishName.trim() })) });
  };
  const cell = (index, name, rest = {}) => html`<input value=${things[index][name]} required aria-label=${t(`skill.${name}`)} data-testid=${`${testid}-${name}-${index}`}
    onInput=${(event) => change(index, { [name]: event.target.value })} ...${rest} />`;
  return html`<${Dialog} title=${t(title)} onClose=${onClose} wide testid=${`${kind}-dialog`}>
    <form onSubmit=${submit}><${Refused} error=${error} reload=${() => { reload(); onClose(); }} />
      <p class="hint">${t(hint)}</p>
      <table class="table skills"><thead><tr>${['id', 'name', 'englishName'].map((name) => html`<th scope="col">${t(`skill.${name}`)}</th>`)}
          <th scope="col">${t(agents)}</th><th scope="col">${t('table.actions')}</th></tr></thead>
        <tbody>${things.map((each, index) => html`<tr key=${index}><td>${cell(index, 'id', { readOnly: known.has(each.id) && index < based[kind].length })}</td>
          <td>${cell(index, 'name')}</td><td>${cell(index, 'englishName')}</td><td class="figure">${usedBy(each.id)}</td>
          <td><button type="button" class="quiet" data-testid=${`${testid}-remove-${index}`}
            onClick=${() => setThings(things.filter((_, i) => i !== index))}>${t('routing.remove')}</button></td></tr>`)}
        </tbody></table>
      <div><button type="button" onClick=${() => setThings([...things, { id: '', name: '', englishName: '' }])} data-testid=${`${testid}-add`}>${t(add)}</button></div>
      <footer><button type="button" onClick=${onClose}>${t('action.cancel')}</button>
        <button class="primary" disabled=${busy} data-testid=${`${kind}-save`}>${t('routing.save')}</button></footer></form></${Dialog}>`;
}
