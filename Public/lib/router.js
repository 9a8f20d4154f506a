// Moves between pages without ever loading the document again: the agent's voice lives in it.
import { createStore, useStore } from './store.js';

const here = () => ({ path: location.pathname, query: Object.fromEntries(new URLSearchParams(location.search)) });

export const route = createStore(here());
export const useRoute = () => useStore(route);

export function address(path, query = {}) {
  const search = new URLSearchParams(Object.entries(query).filter(([, v]) => v !== null && v !== undefined && v !== ''));
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

export function go(to, { replace = false } = {}) {
  if (to === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  const moved = location.pathname !== route.get().path;
  route.set(here());
  if (moved) window.scrollTo(0, 0);
}

/// Changes some of the address' query and leaves the rest; an empty value takes a name out.
export const goQuery = (part, options) => go(address(route.get().path, { ...route.get().query, ...part }), options);

window.addEventListener('popstate', () => route.set(here()));

/// A plain click on a link to one of our pages stays in the document; with Ctrl, Shift or the middle button the
/// browser opens a tab as it always does.
document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.('a[href]');
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  event.preventDefault();
  go(link.pathname + link.search);
});
