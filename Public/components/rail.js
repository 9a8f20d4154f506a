// The side rail: only what this person may open.
import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { missedOpen } from '../lib/desk.js';
import { may, session } from '../lib/session.js';
import { go } from '../lib/router.js';
import { useKey } from '../lib/keys.js';
import { Icon } from './icons.js';

export const places = [
  { page: 'desk', key: 'Alt+D', to: '/desk', open: () => may('desk') && Boolean(session.get()?.person.agent) },
  { page: 'inbox', key: 'Alt+I', to: '/inbox', open: () => may('orders.handle') && Boolean(session.get()?.person.body) },
  { page: 'missed', key: 'Alt+M', to: '/missed', open: () => may('missed.handle') },
  { page: 'orders', key: 'Alt+O', to: '/orders', open: () => may('orders.read') },
  { page: 'calls', key: 'Alt+C', to: '/calls', open: () => may('calls.read') },
  { page: 'board', key: 'Alt+B', to: '/board', open: () => may('board') },
  { page: 'routing', key: 'Alt+U', to: '/routing', open: () => may('routing') },
  { page: 'watch', key: 'Alt+V', to: '/watch', open: () => may('orders.supervise') },
  { page: 'limits', key: 'Alt+L', to: '/limits', open: () => may('orders.supervise') || may('routing') },
  { page: 'report', key: 'Alt+T', to: '/report', open: () => may('reports') },
];

function Place({ place, current }) {
  const missed = useStore(missedOpen);
  useKey(place.key, `nav.${place.page}`, () => go(place.to), { group: 'go' });
  const badge = place.page === 'missed' && missed > 0 ? missed : null;
  return html`<li><a href=${place.to} aria-current=${current ? 'page' : undefined} data-testid=${`nav-${place.page}`} title=${place.key}>
    <${Icon} name=${place.page} size="22" /><span>${t(`nav.${place.page}`)}</span>
    ${badge && html`<span class="badge" aria-label=${t('nav.missedOpen', { n: badge })}>${badge > 99 ? '99+' : badge}</span>`}</a></li>`;
}

export function Rail({ page }) {
  return html`<nav class="rail" aria-label=${t('nav.label')}><ul>
    ${places.filter((each) => each.open()).map((each) => html`<${Place} key=${each.page} place=${each} current=${each.page === page} />`)}</ul></nav>
  `;
}
