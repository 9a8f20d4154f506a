// Orders of a spreadsheet: the file is looked at first, and every row that is wrong is told; then one button makes the orders.
import { html, useState } from '../vendor/preact.js';
import { language, t } from '../lib/i18n.js';
import { dayOf } from '../lib/format.js';
import { now } from '../lib/time.js';
import * as api from '../lib/api.js';
import { download, typed } from '../lib/sheets.js';
import { toast } from '../lib/toasts.js';
import { FilePicker } from '../components/filepicker.js';
import { Table } from '../components/table.js';

const mostBytes = 5 * 1024 * 1024;

const columns = () => [
  { head: t('import.row'), cell: (row) => row.row },
  { head: t('import.column'), cell: (row) => row.column || t('import.wholeRow') },
  { head: t('import.wrong'), class: 'grow', cell: (row) => row[language.get()] },
];

function Templates() {
  const get = (format) => download('/orders/imports/template', { format });
  return html`<p class="buttons">${['xlsx', 'csv'].map((format) => html`<button type="button" key=${format}
    onClick=${() => get(format)} data-testid=${`template-${format}`}>${t(`import.template.${format}`)}</button>`)}</p>`;
}

/// Why the file as a whole is not taken: by its headings, where those are at fault.
const Refused = ({ error }) => html`<div class="notice red" role="alert" data-testid="import-refused"><p>${error.message}</p>
  ${error.fields?.length > 0 && html`<ul>${error.fields.map((each) => html`<li key=${each.field}>${each.field}: ${each.message}</li>`)}</ul>`}</div>`;

function Known({ orders }) {
  const known = orders.filter((each) => !each.isNew);
  if (!known.length) return null;
  return html`<details data-testid="import-known"><summary>${t('import.known', { n: known.length })}</summary>
    <ul class="plain">${known.map((each) => html`<li key=${each.row}>${t('import.knownRow', { row: each.row })} <a
      href=${`/orders/${each.id}`}>${each.number}</a></li>`)}</ul></details>`;
}

function Bad({ bad }) {
  const rows = new Set(bad.map((each) => each.row)).size;
  return html`<div class="notice red" role="alert" data-testid="import-bad"><p>${t('import.bad', { n: rows })}</p></div>
    <${Table} caption=${t('import.badTable')} columns=${columns()} rows=${bad.map((each, index) => ({ ...each, index }))}
      rowKey=${(row) => row.index} testid="import-bad-table" />`;
}

const Good = ({ good, known, busy, make }) => html`<div class="notice green" role="status" data-testid="import-good">
  <p>${t(good ? 'import.good' : 'import.nothingNew', { n: good, known })}</p>
  ${good > 0 && html`<p><button type="button" class="primary" disabled=${busy} onClick=${make}
    data-testid="import-make">${t(busy ? 'import.making' : 'import.make', { n: good })}</button></p>`}</div>`;

const Made = ({ made }) => html`<div class="notice green" role="status" data-testid="import-made">
  <p>${t('import.made', { n: made })} <a href=${`/orders?mine=true&from=${dayOf(now())}`}
    data-testid="import-orders">${t('import.see')}</a></p></div>`;

export function ImportPage() {
  const [file, setFile] = useState(null);
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState(null);
  async function send(chosen, dryRun) {
    setBusy(true);
    try {
      const { made, ...checked } = await api.upload('/orders/imports', typed(chosen), {}, dryRun ? { dryRun } : {});
      setAnswer({ checked, made: dryRun ? null : made });
    } catch (error) {
      // After a lost answer nobody knows what was made; the same file again tells, and makes nothing twice.
      setAnswer(error.status === 0 && !dryRun ? { error: { message: t('import.lost') } } : { error });
      if (!error.code) throw error;
    }
    setBusy(false);
  }
  function choose([chosen]) {
    setFile(chosen);
    setAnswer(null);
    if (chosen.size > mostBytes) toast(t('import.tooLarge'), 'error');
    else send(chosen, true);
  }
  const { checked, made, error } = answer ?? {};
  return html`<div class="page" data-testid="import"><header class="page-head"><h1>${t('import.heading')}</h1></header>
    <section class="panel stacked"><p>${t('import.how')}</p><${Templates} />
      <div class="field"><p><${FilePicker} label=${t('import.file')} accept=".csv,.xlsx" busy=${busy} chosen=${choose} testid="import-file"
          class=${checked?.good ? '' : 'primary'} /></p>
        <p class="hint" role="status">${busy ? t(checked ? 'import.making' : 'import.reading', { n: checked?.good }) : file ? t('import.chosen', { name: file.name }) : t('import.fileHint')}</p></div></section>
    ${error && html`<${Refused} error=${error} />`}
    ${checked && made !== null && html`<${Made} made=${made} />`}
    ${checked && made === null && (checked.bad.length ? html`<${Bad} bad=${checked.bad} />`
      : html`<${Good} good=${checked.good} known=${checked.known} busy=${busy} make=${() => send(file, false)} />`)}
    ${checked && html`<${Known} orders=${checked.orders} />`}
  </div>`;
}
