// Her photographs and papers, with what was sent already.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import * as api from '../lib/api.js';
import { count } from '../lib/format.js';
import { FilePicker } from '../components/filepicker.js';

export const accepted = 'image/jpeg,image/png,image/webp,application/pdf';

export function Photos({ number, code, sent = [], onSent = () => {} }) {
  const [files, setFiles] = useState(sent);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => setFiles(sent), [sent.length]);
  async function add(chosen) {
    setError(null);
    setBusy(true);
    for (const file of chosen) {
      try {
        const order = await api.upload(`/citizen/orders/${number}/attachments`, file, { 'Hotline-Code': code });
        setFiles(order.attachments);
        onSent(order);
      } catch (refused) {
        if (!refused.code) throw refused;
        setError(`${file.name}：${refused.message}`);
      }
    }
    setBusy(false);
  }
  return html`<section class="card"><h2>${t('citizen.photos')}</h2><p>${t('citizen.photosHint')}</p>
    ${error && html`<p class="notice red" role="alert" data-testid="error">${error}</p>`}
    ${files.length > 0 && html`<ul class="photos">${files.map((each) => html`<li key=${each.place}><${Photo} number=${number} code=${code} file=${each} /></li>`)}</ul>`}
    <p><${FilePicker} label=${t(busy ? 'citizen.sending' : 'citizen.photoAdd')} multiple accept=${accepted} busy=${busy} chosen=${add} testid="photo" /></p></section>`;
}

function Photo({ number, code, file }) {
  const [address, setAddress] = useState(null);
  const kept = useRef(null);
  useEffect(() => {
    if (!file.mediaType.startsWith('image/')) return undefined;
    let gone = false;
    api.blob(`/citizen/orders/${number}/attachments/${file.place}`, { 'Hotline-Code': code }).then((blob) => {
      if (gone) return;
      kept.current = URL.createObjectURL(blob);
      setAddress(kept.current);
    }, () => {});
    return () => { gone = true; if (kept.current) URL.revokeObjectURL(kept.current); };
  }, [file.place]);
  return html`${address && html`<img src=${address} alt=${file.name} />`}<span>${file.name} · ${count(file.bytes / 1024)} KB</span>`;
}
