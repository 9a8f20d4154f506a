// One calm sentence when the connection or the database is gone: what does not work, what still does.
import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { connection } from '../lib/events.js';
import { databaseAway } from '../lib/database.js';
import { useNow } from '../lib/time.js';
import { inWords } from '../lib/format.js';
import { Icon } from './icons.js';

/// A blink of the line is not worth a sentence.
const worthSaying = 3_000;

export function ConnectionBanner() {
  const { state, since } = useStore(connection);
  const away = useStore(databaseAway);
  useNow(1000);
  const gone = state === 'lost' ? Date.now() - since : 0;
  return html`<div role="status" class="banner-place">${gone > worthSaying ? html`
    <p class="banner" data-testid="connection-lost"><${Icon} name="warning" />
      <span>${t('connection.lost', { span: inWords(gone) })}</span></p>` : away && html`
    <p class="banner" data-testid="database-away"><${Icon} name="warning" />
      <span>${t('database.away')}</span></p>`}</div>`;
}
