// One order being written. Promise: no keystroke is lost. What the server has not acknowledged is kept on this
// computer; saves go one at a time, in order, and a version that moved on elsewhere is shown, never overwritten.
import * as api from './api.js';
import { createStore } from './store.js';
import { now } from './time.js';
import { listOf, tableOf } from './particulars.js';

const pause = 800;
const firstRetry = 2_000;
const lastRetry = 30_000;

export const emptyFields = {
  kind: '', urgency: 'ordinary', title: '', what: '', where: '', when: '', wish: '', name: '', phone: '', confidential: false,
};

/// A number half written is not sent: the server would refuse the whole draft for it. (A masked one means "as it was".)
export const plausiblePhone = (phone) => /^([ -]*\+?[ -]*(\d[ -]*){3,15}|[+\d]{1,3}\*{4}\d{2,4})?$/.test(phone.normalize('NFKC').trim());

/// The matter in one line: the first sentence of what happened, cut where a list would cut it. Latin letters are half as wide.
export function proposeTitle(what) {
  const sentence = what.trim().split(/[\u3002\uff01\uff1f\uff1b!?;\n]|\. /)[0].trim();
  const most = /[\u2e80-\uffef]/.test(sentence) ? 40 : 80;
  return sentence.length > most ? `${sentence.slice(0, most - 1)}…` : sentence;
}

/// status: 'empty', 'clean', 'dirty', 'saving', 'kept' (here, not there: the connection), 'refused', 'stale'.
export function createDraft({ key, place, call = null, line, order = null, kept = null }) {
  const fields = kept?.fields ?? (order ? { ...emptyFields, ...order.fields } : { ...emptyFields });
  const store = createStore({
    key, call, line, order, fields, category: kept?.category ?? order?.category ?? null,
    particulars: kept?.particulars ?? tableOf(order?.particulars),
    version: kept?.version ?? order?.version ?? null,
    ownTitle: kept?.ownTitle ?? (fields.title !== '' && fields.title !== proposeTitle(fields.what)),
    status: kept ? 'dirty' : order ? 'clean' : 'empty',
    savedAt: order ? order.history?.at(-1)?.at ?? null : null,
    message: null, errors: [], theirs: null,
  });
  const orderId = { current: order?.id ?? kept?.order ?? null };
  let edition = 0;
  let sending = null;
  let timer = null;
  let retry = firstRetry;
  /// A first save whose answer never came may have made the order; then it must not be made again.
  let uncertain = Boolean(kept && !orderId.current && kept.tried);

  function edit(name, value) {
    const before = store.get();
    const next = { ...before.fields, [name]: value };
    const ownTitle = name === 'title' ? value.trim() !== '' : before.ownTitle;
    if (!ownTitle && (name === 'what' || name === 'title')) {
      if (name === 'what') next.title = proposeTitle(value);
    }
    edition += 1;
    store.patch({
      fields: next, ownTitle, errors: before.errors.filter((each) => each.field !== name),
      status: before.status === 'stale' ? 'stale' : 'dirty',
    });
    keep();
    if (before.status !== 'stale') schedule(pause);
  }

  function patch(change, wait) {
    edition += 1;
    const { status } = store.get();
    store.patch({ ...change, status: status === 'stale' ? 'stale' : 'dirty' });
    keep();
    if (status !== 'stale') schedule(wait);
  }

  const choose = (category) => patch({ category }, 0);

  /// One of the particulars of its category. Those of another that was chosen before stay until the order leaves.
  function fill(id, value) {
    const { particulars, errors } = store.get();
    patch({ particulars: { ...particulars, [id]: value }, errors: errors.filter((each) => each.field !== `particulars.${id}`) }, pause);
  }

  function keep() {
    const { fields: written, version, ownTitle, category, particulars } = store.get();
    place.write(key, { call, line, order: orderId.current, version, fields: written, category, particulars, ownTitle, tried: uncertain, at: now() });
  }

  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  async function save(options) {
    clearTimeout(timer);
    if (sending) return sending;
    const { status } = store.get();
    if (!['dirty', 'kept', 'refused'].includes(status)) return null;
    sending = send(options);
    try {
      return await sending;
    } finally {
      sending = null;
      if (store.get().status === 'dirty') schedule(pause);
    }
  }

  async function send(options) {
    const sent = edition;
    store.patch({ status: 'saving' });
    try {
      const saved = await (orderId.current ? update(options) : create(options));
      acknowledged(await labelled(saved, options), sent);
    } catch (error) {
      await failed(error, sent);
    }
  }

  async function create(options) {
    if (uncertain && call) {
      const made = (await api.get(`/calls/${call}`)).order;
      if (made && !place.knows(made, key)) {
        const theirs = await api.get(`/orders/${made}`);
        orderId.current = theirs.id;
        store.patch({ version: theirs.version });
        return update(options);
      }
    }
    uncertain = true;
    keep();
    return api.post('/orders', { call, line, fields: sendable(), particulars: listOf(store.get().particulars) }, options);
  }

  function sendable() {
    const { fields: written, order: known } = store.get();
    const phone = written.phone.normalize('NFKC').trim();
    return { ...written, phone: plausiblePhone(phone) ? phone : known?.fields.phone ?? '' };
  }

  const update = (options) => api.put(`/orders/${orderId.current}/draft`,
    { version: store.get().version, fields: sendable(), particulars: listOf(store.get().particulars) }, options);

  /// Its category is a step of its own; what was saved before it stands if that fails.
  async function labelled(saved, options) {
    const { category } = store.get();
    if (category === saved.category) return saved;
    uncertain = false;
    orderId.current = saved.id;
    store.patch({ order: saved, version: saved.version });
    return api.post(`/orders/${saved.id}/labels`, { version: saved.version, category, tags: saved.tags }, options);
  }

  function acknowledged(saved, sent) {
    uncertain = false;
    retry = firstRetry;
    orderId.current = saved.id;
    const all = edition === sent;
    store.patch({ order: saved, version: saved.version, status: all ? 'clean' : 'dirty', savedAt: now(), message: null, errors: [] });
    if (all) place.forget(key);
    else keep();
  }

  async function failed(error, sent) {
    if (!error.code) throw error;
    if (error.code === 'staleVersion') {
      const theirs = await api.get(`/orders/${orderId.current}`).catch(() => null);
      store.patch({ status: 'stale', theirs, message: error.message });
    } else if (error.passing || error.status === 401) {
      store.patch({ status: edition === sent ? 'kept' : 'dirty', message: error.message });
      schedule(retry);
      retry = Math.min(retry * 2, lastRetry);
    } else {
      uncertain = false;
      const theirs = orderId.current && [404, 409].includes(error.status) && await api.get(`/orders/${orderId.current}`).catch(() => null);
      if (theirs && theirs.state !== 'draft') return leave(theirs); // It went out from another page; nothing can be added.
      store.patch({ status: edition === sent ? 'refused' : 'dirty', message: error.message, errors: error.fields });
    }
    return undefined;
  }

  /// Saves until the server has everything; false if it could not (the form says why).
  async function flush() {
    for (let round = 0; round < 4; round += 1) {
      await save();
      if (store.get().status === 'clean') return true;
      if (!['dirty', 'saving'].includes(store.get().status)) return false;
    }
    return false;
  }

  /// After another hand changed the order: go on with what stands here, over their version, or with theirs.
  function settle(mine) {
    const { theirs } = store.get();
    if (!theirs) return schedule(0);
    if (mine) {
      edition += 1;
      store.patch({ order: theirs, version: theirs.version, theirs: null, status: 'dirty', message: null });
      return schedule(0);
    }
    place.forget(key);
    const taken = { ...emptyFields, ...theirs.fields };
    return store.patch({ order: theirs, version: theirs.version, fields: taken, category: theirs.category, particulars: tableOf(theirs.particulars), theirs: null, status: 'clean', message: null });
  }

  /// Another step of ours has made a newer version of it, with the same words.
  const changed = (order) => store.patch({ order, version: order.version });

  /// The order has left the draft: dispatched, closed or discarded.
  function leave(left) {
    clearTimeout(timer);
    place.forget(key);
    store.patch({ order: left, version: left.version, status: 'clean' });
  }

  const stop = () => clearTimeout(timer);
  if (kept) schedule(pause);
  return { key, store, edit, choose, fill, save, flush, settle, changed, leave, stop, id: () => orderId.current };
}
