// The follow-up: call the citizen, ask whether the body has been in touch, whether it was solved and how content she is, write
// it down. Nobody answering is no opinion, so it stands apart.
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { bodyName } from '../lib/centre.js';
import { useStore } from '../lib/store.js';
import * as api from '../lib/api.js';
import { callCitizen, desk, followUpCalls, mayCall } from '../lib/desk.js';
import { may } from '../lib/session.js';
import { toast } from '../lib/toasts.js';
import { Choice, TextArea } from '../components/fields.js';
import { Icon } from '../components/icons.js';

const levels = [5, 4, 3, 2, 1];

export function FollowUp({ order, took, call }) {
  const value = useStore(desk);
  const placed = useStore(followUpCalls, (all) => all[order.id] ?? null) ?? call;
  const [reached, setReached] = useState('');
  const [satisfaction, setSatisfaction] = useState('');
  const [solved, setSolved] = useState('');
  const [contacted, setContacted] = useState('');
  const [note, setNote] = useState('');
  const [errors, setErrors] = useState({});
  const [busy, setBusy] = useState(false);
  const onLine = value?.call?.order === order.id;

  async function send(event) {
    event.preventDefault();
    const found = {};
    if (!reached) found.reached = t('followUp.reachedMissing');
    if (reached === 'yes' && !satisfaction) found.satisfaction = t('followUp.satisfactionMissing');
    if (reached === 'yes' && order.body && !contacted) found.contacted = t('followUp.contactedMissing');
    if (reached === 'yes' && !solved) found.solved = t('followUp.solvedMissing');
    setErrors(found);
    if (Object.keys(found).length || busy) return;
    setBusy(true);
    const asked = reached === 'yes';
    try {
      took(await api.post(`/orders/${order.id}/follow-ups`, {
        version: order.version, reached: asked, note: note.trim(), call: placed,
        satisfaction: asked && satisfaction !== 'none' ? Number(satisfaction) : null,
        solved: asked && solved !== 'unknown' ? solved === 'yes' : null,
        contacted: asked && ['yes', 'no'].includes(contacted) ? contacted === 'yes' : null,
      }));
      toast(t(asked ? 'followUp.done' : 'followUp.attemptNoted'));
      setReached('');
      setNote('');
    } catch (error) {
      if (!error.code) throw error;
      setErrors({ all: error.message, ...Object.fromEntries(error.fields.map((each) => [each.field, each.message])) });
    } finally {
      setBusy(false);
    }
  }
  return html`<form class="follow-up" onSubmit=${send} data-testid="follow-up">
    ${may('desk') && value && !onLine && html`<button type="button" disabled=${!mayCall(value)}
      onClick=${() => callCitizen('followUp', order.id)} data-testid="follow-up-call">
      <${Icon} name="calls" /> ${t('followUp.call')}</button>${!mayCall(value) && html`<p class="hint">${t('followUp.callHint')}</p>`}`}
    <${Choice} id="reached" label=${t('followUp.reached')} value=${reached} error=${!reached && errors.reached} onChange=${setReached}
      options=${[{ value: 'yes', label: t('followUp.reached.yes') }, { value: 'no', label: t('followUp.reached.no') }]} />
    ${reached === 'yes' && html`
      ${order.body && html`<${Choice} id="contacted" label=${t('followUp.contactedQuestion', { body: bodyName(order.body) })} value=${contacted}
        error=${!contacted && errors.contacted} onChange=${setContacted}
        options=${[{ value: 'yes', label: t('followUp.contacted') }, { value: 'no', label: t('followUp.notContacted') }, { value: 'unasked', label: t('followUp.notAsked') }]} />`}
      <${Choice} id="solved" label=${t('followUp.solvedQuestion')} value=${solved} error=${!solved && errors.solved} onChange=${setSolved}
        options=${[{ value: 'yes', label: t('followUp.solved') }, { value: 'no', label: t('followUp.unsolved') }, { value: 'unknown', label: t('followUp.notSaid') }]} />
      <${Choice} id="satisfaction" label=${t('followUp.satisfaction')} value=${satisfaction} error=${!satisfaction && errors.satisfaction}
        onChange=${setSatisfaction}
        options=${[...levels.map((each) => ({ value: String(each), label: t(`satisfaction.${each}`) })), { value: 'none', label: t('followUp.notRated') }]} />`}
    <${TextArea} id="follow-up-note" label=${t('followUp.note')} value=${note} rows=${2} error=${errors.note} onInput=${setNote} />
    ${errors.all && html`<p class="error" role="alert" data-testid="follow-up-error">${errors.all}</p>`}
    <button class="primary" disabled=${busy} data-testid="follow-up-save">${t(reached === 'no' ? 'followUp.saveAttempt' : 'followUp.save')}</button>
  </form>`;
}
