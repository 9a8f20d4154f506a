// The policies, each as it is in force, with a trial count; and the way to the editor for those who may change them.
import { html, useState } from '../vendor/preact.js';
import { language, t, word } from '../lib/i18n.js';
import { useFetch } from '../lib/rows.js';
import { may } from '../lib/session.js';
import { keptPolicy } from '../lib/kept.js';
import { goQuery, useRoute } from '../lib/router.js';
import { choices, clockNames, lengthWords, ordersWords, policyTitle, urgencyNames } from '../lib/policy.js';
import { SelectField, TextField } from '../components/fields.js';
import { Failure, Fetched } from '../components/states.js';
import { Table } from '../components/table.js';
import { kinds } from '../components/ordercells.js';
import { PolicyEditor } from './limits-editor.js';

const columns = () => [
  { head: t('limits.policy'), cell: (row) => html`<strong>${policyTitle(row)}</strong> ${row.inUse && html`<span class="tag green">${t('limits.inUse')}</span>`}
      ${may('routing') && keptPolicy(row.name).read() && html` <span class="tag amber" data-testid=${`policy-kept-${row.name}`}>${t('policy.unsaved')}</span>`}` },
  { head: t('limits.version'), class: 'number', cell: (row) => row.version || t('limits.builtIn') },
  { head: t('limits.limits'), class: 'half', cell: (row) => html`<ul class="plain">${row.content.promises.slice(0, 6).map((each, i) => html`<li key=${i}>
      ${word('clock', each.clock)} <strong>${lengthWords(each.within)}</strong> <span class="muted">${ordersWords(each)}</span></li>`)}
      ${row.content.promises.length > 6 && html`<li class="muted">${t('limits.moreLimits', { n: row.content.promises.length - 6 })}</li>`}</ul>` },
  { head: t('limits.source'), class: 'half', cell: (row) => html`${row.source}${row.verify && html`<br /><span class="tag amber">${t('limits.verify')}</span> ${row.verify}`}` },
  may('routing') && { head: t('table.actions'), class: 'actions', cell: (row) => html`<button type="button" data-testid=${`policy-edit-${row.name}`}
    onClick=${() => goQuery({ edit: row.name })}>${t('routing.edit')}</button>` },
].filter(Boolean);

/// When an order would be due: of any policy, any kind, from any moment.
function Trial({ policies }) {
  const [form, setForm] = useState({ policy: (policies.find((each) => each.inUse) ?? policies[0]).name, kind: 'complaint', urgency: 'ordinary', clock: 'resolve', from: '2026-02-13T16:50' });
  const set = (part) => setForm((before) => ({ ...before, ...part }));
  const { policy, from, ...rest } = form;
  const answer = useFetch(from ? `/policies/${encodeURIComponent(policy)}/deadline` : null, { ...rest, from: `${from}:00+08:00` });
  const select = (name, options) => html`<${SelectField} id=${`trial-${name}`} label=${t(`limits.${name}`)} value=${form[name]} onChange=${(value) => set({ [name]: value })}
    options=${options} />`;
  return html`<section class="panel" data-testid="trial"><h2>${t('limits.trial')}</h2>
    <div class="form-grid">
      <${SelectField} id="trial-policy" label=${t('limits.policy')} value=${policy} onChange=${(value) => set({ policy: value })}
        options=${policies.map((each) => ({ value: each.name, label: policyTitle(each) }))} />
      ${select('kind', kinds())}${select('urgency', choices('urgency', urgencyNames))}${select('clock', choices('clock', clockNames))}
      <${TextField} id="trial-from" type="datetime-local" label=${t('limits.from')} value=${from} onInput=${(value) => set({ from: value })} /></div>
    ${answer.error && (answer.error.code === 'notFound' ? html`<p class="muted" role="status">${t('limits.noPromise')}</p>` : html`<${Failure} error=${answer.error} />`)}
    ${answer.data && html`<p role="status" data-testid="trial-due"><strong>${t('clock.dueLabel')} ${answer.data.dueText.slice(0, 19).replace('T', ' ')}</strong>
        ${answer.data.provisional && html` <span class="tag amber">${t('clock.provisional')}</span>`}</p>
      <details><summary>${t('clock.why')}</summary><ol class="explanation">${answer.data.explanation.map((each) => html`<li>${each[language.get()]}</li>`)}</ol></details>`}
  </section>`;
}

export function PoliciesTab() {
  const { query } = useRoute();
  const answer = useFetch('/policies');
  const close = () => {
    answer.reload();
    goQuery({ edit: null });
  };
  return html`<${Fetched} answer=${answer}>${({ rows }) => {
    const edited = may('routing') && rows.find((each) => each.name === query.edit);
    if (edited) return html`<${PolicyEditor} key=${edited.name} policy=${edited} policies=${rows} close=${close} />`;
    return html`<${Table} caption=${t('limits.policies')} columns=${columns()} rows=${rows} rowKey=${(row) => row.name} testid="policies-table" />
      <${Trial} policies=${rows} />`;
  }}</${Fetched}>`;
}
