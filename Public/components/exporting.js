// The orders of the list as a file, by the filters in the address.
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { may } from '../lib/session.js';
import { download } from '../lib/sheets.js';

export function ExportButtons({ asked }) {
  const [busy, setBusy] = useState(null);
  if (!may('orders.export')) return null;
  const { sort, ...filters } = asked;
  const get = async (format) => {
    setBusy(format);
    await download('/orders/sheet', { ...filters, format });
    setBusy(null);
  };
  return ['xlsx', 'csv'].map((format) => html`<button type="button" key=${format} disabled=${Boolean(busy)}
    onClick=${() => get(format)} data-testid=${`export-${format}`}>${t(busy === format ? 'orders.exporting' : `orders.export.${format}`)}</button>`);
}
