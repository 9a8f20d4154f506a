import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { shortcuts } from '../lib/keys.js';
import { Dialog } from './dialog.js';

const groups = ['call', 'form', 'page', 'go', 'all'];

/// What works right now, on this page, in this state.
export function ShortcutList({ onClose }) {
  const all = useStore(shortcuts);
  return html`<${Dialog} title=${t('keys.title')} onClose=${onClose} testid="shortcut-list">
    <p class="muted">${t('keys.hint')}</p>
    <div class="shortcut-groups">${groups.filter((group) => all.some((each) => each.group === group)).map((group) => html`
      <section><h3>${t(`keys.group.${group}`)}</h3><dl>${all.filter((each) => each.group === group).map((each) => html`
        <div><dt><kbd>${each.key}</kbd></dt><dd>${t(each.words)}</dd></div>`)}</dl></section>`)}</div>
  </${Dialog}>`;
}
