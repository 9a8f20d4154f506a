// From one language to the other.
import { html } from '../vendor/preact.js';
import { language, setLanguage } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';

export function LanguageSwitch({ change = setLanguage }) {
  const now = useStore(language);
  const other = now === 'zh' ? 'en' : 'zh';
  return html`<button type="button" class="quiet" lang=${other === 'zh' ? 'zh-CN' : 'en'} data-testid="language-switch"
    onClick=${() => change(other)}>${other === 'zh' ? '中文' : 'English'}</button>`;
}
