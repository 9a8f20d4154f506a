// The one frame around every page: top bar, call bar for agents, rail, the page.
import { html, useEffect, useRef } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { desk } from '../lib/desk.js';
import { may } from '../lib/session.js';
import { TopBar } from './topbar.js';
import { Rail } from './rail.js';
import { CallBar } from './callbar.js';
import { ConnectionBanner } from './banner.js';

export function Frame({ page, children }) {
  const hasDesk = useStore(desk, (value) => Boolean(value)) && may('desk');
  const main = useRef();
  const first = useRef(true);
  useEffect(() => {
    // A new page starts at its top for keyboards and screen readers too; not on the first, where the browser does it.
    if (first.current) first.current = false;
    else if (!main.current.contains(document.activeElement)) main.current.focus({ preventScroll: true });
  }, [page]);
  const head = useRef();
  useEffect(() => {
    // What stays at the top (table heads, the board's height) must know how high the head is in this state and language.
    const measure = () => {
      document.documentElement.style.setProperty('--head', `${head.current.offsetHeight}px`);
      document.documentElement.style.setProperty('--topbar', `${head.current.firstElementChild.offsetHeight}px`);
    };
    const watch = new ResizeObserver(measure);
    watch.observe(head.current);
    return () => watch.disconnect();
  }, []);
  return html`<div class=${`frame page-${page}`}>
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); main.current.focus(); }}>${t('frame.skip')}</a>
    <div class="frame-head" ref=${head}><${TopBar} />${hasDesk && html`<${CallBar} />`}<${ConnectionBanner} /></div>
    <${Rail} page=${page} />
    <main id="main" ref=${main} tabindex="-1">${children}</main>
  </div>`;
}
