// The story of an order, newest first, in words a citizen would understand.
import { html } from '../vendor/preact.js';
import { has, t, word } from '../lib/i18n.js';
import { bodyName, categoryName } from '../lib/centre.js';
import { dateTime, iso } from '../lib/format.js';
import { correctionTold } from '../lib/particulars.js';

/// What the program did by itself, and why a deadline moved, told among what people did.
const alarmStep = (alarm) => ({
  at: alarm.at, tone: 'alarm', title: t(`story.alarm.${alarm.does}`), by: t('story.byLadder'),
  note: t('story.alarmIs', { clock: `${alarm.body ? `${bodyName(alarm.body)} ` : ''}${t(`clock.${alarm.clock}`)}`, told: alarm.tells.map((each) => word('told', each)).join(t('routing.and')) }),
});
const moveStep = (change) => ({
  at: change.at, tone: 'alarm', title: t('story.deadlineMoved'), by: t('story.byCalendar'),
  note: t('story.deadlineMovedIs', { clock: `${change.body ? `${bodyName(change.body)} ` : ''}${t(`clock.${change.clock}`)}`, before: dateTime(change.before), after: dateTime(change.after), reason: change.reason }),
});

/// A save every few seconds is the machine's story, not the order's; a run of them is told once.
function told(history) {
  return history.filter((each, i) => !(each.action === 'save' && ['save', 'create'].includes(history[i - 1]?.action)));
}

const said = (change) => (has(`change.${change.action}`) ? t(`change.${change.action}`)
  : change.to && change.to !== change.from ? t('change.to', { state: word('order', change.to) }) : change.action);

/// Notes name things by their ids. Steps that name a body do so first; an objection names the body it suggests last, a label
/// its category before its tags.
function noted({ action, note }, category) {
  if (action === 'dispatch') return bodyName(note);
  if (action === 'correct') return correctionTold(category, note);
  if (action === 'label') return note.replace(/^[^#\s]\S*/, categoryName);
  if (action === 'object') return note.replace(/ → (\S+)$/, (_, id) => ` → ${bodyName(id)}`);
  if (!['rule', 'redo', 'share'].includes(action)) return note;
  const [id, ...rest] = note.split(': ');
  return [bodyName(id), ...rest].join('：');
}

const by = ({ by: name, byRole }) => (name === null ? t('story.byCitizen') : byRole && has(`role.${byRole}`) ? t('story.by', { name, role: t(`role.${byRole}`) }) : name);

export function Story({ order }) {
  const changes = told(order.history ?? []).map((change) => ({ at: change.at, tone: `to-${change.to}`, title: said(change), by: by(change), note: change.note && noted(change, order.category) }));
  const steps = [...changes, ...(order.alarms ?? []).map(alarmStep), ...(order.deadlineChanges ?? []).map(moveStep)]
    .sort((a, b) => a.at - b.at).toReversed();
  return html`<section class="panel story" aria-labelledby="story-title"><h2 id="story-title">${t('story.title')}</h2>
    <ol data-testid="story">${steps.map((step) => html`<li key=${`${step.at}-${step.title}`} class=${`step ${step.tone}`}>
      <time datetime=${iso(step.at)}>${dateTime(step.at)}</time>
      <div><p><strong>${step.title}</strong> <span class="muted">${step.by}</span></p>
        ${step.note && html`<p class="long">${step.note}</p>`}</div></li>`)}</ol>
    ${order.followUps?.length > 0 && html`<h3>${t('followUp.title')}</h3><ul class="plain">
      ${order.followUps.map((each) => html`<li key=${each.at}>
      <time datetime=${iso(each.at)}>${dateTime(each.at)}</time> ${each.by ?? t('story.byCitizen')} · ${each.reached
        ? [each.satisfaction ? t(`satisfaction.${each.satisfaction}`) : t('followUp.notRated'), each.solved === null ? null : t(each.solved ? 'followUp.solved' : 'followUp.unsolved'),
          each.contacted === null ? null : t(each.contacted ? 'followUp.bodyContacted' : 'followUp.bodyNotContacted')].filter(Boolean).join(' · ')
        : t('followUp.notReached')}${each.note ? ` · ${each.note}` : ''}</li>`)}</ul>`}
  </section>`;
}
