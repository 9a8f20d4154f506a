// An order that has just left the desk: where it went, by when it is due, and what may come next.
import { html, useEffect, useRef } from '../vendor/preact.js';
import { has, t } from '../lib/i18n.js';
import { bodyName } from '../lib/centre.js';
import { ClockStory } from '../components/clock.js';
import { StateTag } from '../components/ordercells.js';
import { useKey } from '../lib/keys.js';

export function Left({ order, another }) {
  const heading = useRef();
  useEffect(() => heading.current.focus(), [order.id]); // The form it stood in is gone; reading goes on here.
  useKey('Alt+N', 'desk.another', another, { group: 'form' });
  return html`<section class="writing left-order" data-testid="order-left" data-order=${order.id}>
    <h1 tabindex="-1" ref=${heading}>
      ${t(has(`left.${order.state}`) ? `left.${order.state}` : 'left.dispatched', { body: bodyName(order.body) })}</h1>
    <p><a href=${`/orders/${order.id}`} data-testid="order-left-link">${order.number}</a> <${StateTag} state=${order.state} /></p>
    <p class="matter">${order.title}</p>
    ${order.mergedInto && html`<p><a href=${`/orders/${order.mergedInto}`} data-testid="merged-into">${t('order.mergedInto')}</a></p>`}
    ${order.clocks?.map((clock) => html`<${ClockStory} key=${clock.name} clock=${clock} />`)}
    <p class="muted">${t('left.next')}</p>
    <button type="button" onClick=${another} data-testid="another-order">${t('desk.another')} <kbd aria-hidden="true">Alt N</kbd></button>
  </section>`;
}
