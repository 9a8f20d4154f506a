// What was sent to a body's own system, each attempt, and a warning nobody can miss while one keeps failing.
import { html } from '../vendor/preact.js';
import { has, t } from '../lib/i18n.js';
import { bodyName } from '../lib/centre.js';
import { dateTime, iso } from '../lib/format.js';
import { Icon } from './icons.js';

/// `dispatch`, or a ladder's step: `urge-resolve-1`.
const about = (text) => {
  if (has(`delivery.${text}`)) return t(`delivery.${text}`); // Its step is called otherwise, as sending it to another body.
  const [deed, clock] = text.split('-');
  if (has(`limits.does.${deed}`)) return clock ? `${t(`limits.does.${deed}`)}（${t(`clock.${text.includes('follow-up') ? 'follow-up' : clock}`)}）` : t(`limits.does.${deed}`);
  return has(`step.${deed}`) ? t(`step.${deed}`) : text;
};

const failing = (order) => (order.deliveries ?? []).filter((each) => each.keepsFailing);

/// One that never went through and is tried no more was told by hand.
const stateOf = (each) => (each.state === 'delivered' && each.tries.at(-1)?.error ? 'told' : each.state);

export function FailingDeliveries({ order }) {
  return html`${failing(order).map((each) => html`<p class="notice red" role="alert" key=${each.at + each.about} data-testid="delivery-failing"><span>
    <${Icon} name="warning" /> ${t('delivery.failing', { body: bodyName(each.body), about: about(each.about), n: each.attempts, error: each.error ?? '' })}</span></p>`)}`;
}

/// On the page of the body itself a delivery has nothing to tell; only ways that can fail are shown.
export function Deliveries({ order }) {
  const rows = (order.deliveries ?? []).filter((each) => each.channel !== 'page').toReversed();
  if (!rows.length) return null;
  return html`<section class="panel deliveries" data-testid="deliveries"><h2>${t('delivery.title')}</h2>
    <ul class="delivery-list">${rows.map((each) => html`<li key=${each.at + each.about + each.body}>
      <p><span class=${`tag ${each.state === 'delivered' ? 'green' : each.keepsFailing ? 'red' : 'amber'}`}>${t(`delivery.state.${stateOf(each)}`)}</span>${' '}<strong>${about(each.about)}</strong> → ${bodyName(each.body)} <time class="muted" datetime=${iso(each.at)}>${dateTime(each.at)}</time></p>
      ${each.tries.length > 0 && html`<details open=${each.keepsFailing}><summary>${t('delivery.tries', { n: each.attempts })}</summary>
        ${each.attempts > each.tries.length && html`<p class="muted">${t('delivery.newest', { n: each.tries.length })}</p>`}
        <ol class="explanation tries">${each.tries.toReversed().map((one) => html`<li key=${one.at}><time datetime=${iso(one.at)}>${dateTime(one.at)}</time>
          ${one.error ? html`<span class="red-text">${one.error}</span>` : t('delivery.taken')}</li>`)}</ol></details>`}</li>`)}</ul></section>`;
}
