// The story of an order, newest first, in words a citizen would understand.
import { html } from '../vendor/preact.js';
import { has, t, word } from '../lib/i18n.js';
import { bodyName } from '../lib/centre.js';
import { dateTime, iso } from '../lib/format.js';

/// A save every few seconds is the machine's story, not the order's; a run of them is told once.
function told(history) {
  return history.filter((each, i) => !(each.action === 'save' && ['save', 'create'].includes(history[i - 1]?.action)));
}

const said = (change) => (has(`change.${change.action}`) ? t(`change.${change.action}`)
  : change.to && change.to !== change.from ? t('change.to', { state: word('order', change.to) }) : change.action);

/// A dispatch notes the body it went to, by its id.
const noted = ({ action, note }) => (action === 'dispatch' ? bodyName(note) : note);

const by = ({ by: name, byRole }) => (byRole && has(`role.${byRole}`) ? t('story.by', { name, role: t(`role.${byRole}`) }) : name);

export function Story({ order }) {
  const steps = told(order.history ?? []).toReversed();
  return html`<section class="panel story" aria-labelledby="story-title"><h2 id="story-title">${t('story.title')}</h2>
    <ol data-testid="story">${steps.map((change) => html`<li key=${`${change.at}-${change.action}`} class=${`step to-${change.to}`}>
      <time datetime=${iso(change.at)}>${dateTime(change.at)}</time>
      <div><p><strong>${said(change)}</strong> <span class="muted">${by(change)}</span></p>
        ${change.note && html`<p class="long">${noted(change)}</p>`}</div></li>`)}</ol>
    ${order.followUps?.length > 0 && html`<h3>${t('followUp.title')}</h3><ul class="plain">
      ${order.followUps.map((each) => html`<li key=${each.at}>
      <time datetime=${iso(each.at)}>${dateTime(each.at)}</time> ${each.by} · ${each.reached
        ? [each.satisfaction ? t(`satisfaction.${each.satisfaction}`) : t('followUp.notRated'), each.solved === null ? null : t(each.solved ? 'followUp.solved' : 'followUp.unsolved')].filter(Boolean).join(' · ')
        : t('followUp.notReached')}${each.note ? ` · ${each.note}` : ''}</li>`)}</ul>`}
  </section>`;
}
