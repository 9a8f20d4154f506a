// The files of an order: the citizen's photographs, a body's evidence. Each look is noted, so that none is fetched unasked.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { count, dateTime } from '../lib/format.js';
import * as api from '../lib/api.js';
import { may } from '../lib/session.js';
import { complain } from '../lib/toasts.js';
import { FilePicker } from './filepicker.js';

const accepted = 'image/jpeg,image/png,image/webp,application/pdf';

export function Attachments({ order }) {
  const [files, setFiles] = useState(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    setFiles(null);
    api.get(`/orders/${order.id}/attachments`).then((answer) => setFiles(answer.rows), complain);
  }, [order.id, order.version]);
  async function add(chosen) {
    setBusy(true);
    for (const file of chosen) {
      try {
        setFiles((await api.upload(`/orders/${order.id}/attachments`, file)).rows);
      } catch (error) {
        complain(error);
      }
    }
    setBusy(false);
  }
  const mayAdd = !order.removedAt && (may('orders.write') || may('orders.handle'));
  if (!files || (!files.length && !mayAdd)) return null;
  return html`<section class="panel" data-testid="attachments"><h2>${t('attachment.title')}</h2>
    ${files.length === 0 && html`<p class="muted">${t('attachment.none')}</p>`}
    <ul class="plain attachment-list">${files.map((each) => html`<li key=${each.place}>
      <a href=${`/api/v1/orders/${order.id}/attachments/${each.place}`} target="_blank" rel="noopener" data-testid="attachment">${each.name}</a>
      <span class="muted small-text"> ${count(Math.max(1, each.bytes / 1024))} KB · ${dateTime(each.at)}${each.byCitizen ? ` · ${t('attachment.byCitizen')}` : ''}</span></li>`)}</ul>
    ${mayAdd && html`<div><${FilePicker} label=${t(busy ? 'citizen.sending' : 'attachment.add')} multiple accept=${accepted} busy=${busy} chosen=${add} testid="attach" /></div>`}
  </section>`;
}

/// The citizen's own code, to be read to her; each look is noted.
export function CitizensCode({ order }) {
  const [code, setCode] = useState(null);
  useEffect(() => setCode(null), [order.id]);
  if (!may('orders.followUp') || order.removedAt) return null;
  const show = () => api.get(`/orders/${order.id}/code`).then((answer) => setCode(answer.code), complain);
  return html`<p class="muted small-text">${t('order.code')} ${code
    ? html`<strong class="number" data-testid="citizens-code">${code.slice(0, 4)} ${code.slice(4)}</strong> ${t('order.codeNoted')}`
    : html`<button type="button" class="small" onClick=${show} data-testid="show-code">${t('order.showCode')}</button>`}</p>`;
}
