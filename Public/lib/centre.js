// The centre's lists (lines, bodies, sites), fetched once a session; every page names things by them.
import { createStore } from './store.js';
import { named } from './i18n.js';
import * as api from './api.js';

export const centre = createStore(null);

export async function loadCentre() {
  centre.set(await api.get('/centre'));
}

const find = (list, id) => centre.get()?.[list]?.find((each) => each.id === id);

export const line = (id) => find('lines', id);
export const lineName = (id) => (id === null || id === undefined ? '–' : named(line(id)) || id);
export const bodyName = (id) => (id ? named(find('bodies', id)) || id : '–');
export const siteName = (id) => (id ? named(find('sites', id)) || id : '–');
export const seatsOf = (site) => (centre.get()?.seats ?? []).filter((each) => each.site === site);
export const seatName = (id) => named(find('seats', id)) || id;
export const breaks = () => centre.get()?.breaks ?? [];
export const breakName = (id) => named(find('breaks', id)) || id;
export const bodies = () => centre.get()?.bodies ?? [];
export const categories = () => centre.get()?.categories ?? [];
export const categoryName = (id) => (id ? named(find('categories', id)) || id : '');
export const lines = () => centre.get()?.lines ?? [];
