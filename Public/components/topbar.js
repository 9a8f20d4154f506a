import { html, useRef, useState } from '../vendor/preact.js';
import { language, named, t } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { centre } from '../lib/centre.js';
import { prefer, signOut, useSession, may } from '../lib/session.js';
import { address, go } from '../lib/router.js';
import { useKey } from '../lib/keys.js';
import { complain, toast } from '../lib/toasts.js';
import { desk, endDuty, onDuty } from '../lib/desk.js';
import { Icon } from './icons.js';
import { LanguageSwitch } from './languageswitch.js';
import { ShortcutList } from './shortcuts.js';

function Search() {
  const field = useRef();
  const [text, setText] = useState('');
  useKey('/', 'keys.search', () => field.current.focus(), { group: 'all' });
  const submit = (event) => {
    event.preventDefault();
    go(address('/orders', { q: text.trim() }));
  };
  return html`<form class="search" role="search" onSubmit=${submit}>
    <${Icon} name="search" size="18" />
    <input ref=${field} type="search" value=${text} onInput=${(event) => setText(event.target.value)} data-testid="search"
      aria-label=${t('frame.search')} placeholder=${t('frame.searchHint')} /><kbd aria-hidden="true">/</kbd>
  </form>`;
}

function Settings() {
  const { preferences } = useSession();
  const save = (part) => prefer(part).catch(complain);
  const radios = (name, values) => html`<fieldset class="choice"><legend>${t(`settings.${name}`)}</legend><div class="choices">
    ${values.map((value) => html`<label class="chip"><input type="radio" name=${name} checked=${(preferences[name] ?? values[0]) === value}
      onChange=${() => save({ [name]: value })} data-testid=${`${name}-${value}`} /><span>${t(`settings.${name}.${value}`)}</span>
        </label>`)}</div></fieldset>`;
  return html`${radios('theme', ['system', 'light', 'dark'])}${radios('textSize', ['normal', 'large'])}`;
}

/// `popover` gives us closing by Escape and by a click beside it, without a line of ours.
function Person() {
  const { person } = useSession();
  async function leave() {
    if (desk.get()?.call) return toast(t('frame.signOutOnCall'), 'error');
    try {
      // Leaving the page while ready would look like a lost line; leaving the seat is meant.
      if (onDuty(desk.get()) && !(await endDuty())) return undefined;
      await signOut();
      return go('/sign-in');
    } catch (error) {
      return complain(error);
    }
  }
  return html`<button type="button" class="quiet person" popovertarget="person-menu" data-testid="person-menu-button">
      <${Icon} name="person" /><span>${person.name}</span></button>
    <div id="person-menu" class="menu" popover="auto">
      <p><strong>${person.name}</strong><br /><span class="muted">
        ${t(`role.${person.role}`)}${person.agent ? ` · ${t('frame.agentNumber', { agent: person.agent })}` : ''}</span></p>
      <${Settings} />
      <button type="button" onClick=${leave} data-testid="sign-out">${t('frame.signOut')}</button>
    </div>`;
}

export function TopBar() {
  const place = useStore(centre);
  const [listed, setListed] = useState(false);
  useKey('?', 'keys.list', () => setListed(true), { group: 'all' });
  return html`<header class="topbar">
    <p class="centre-name">${named(place)}</p>
    ${may('orders.read') ? html`<${Search} />` : html`<span class="spring"></span>`}
    <${LanguageSwitch} change=${(next) => prefer({ language: next }).catch(complain)} />
    <button type="button" class="quiet" onClick=${() => setListed(true)} data-testid="shortcuts" aria-label=${t('keys.title')}>
      ${t('frame.keys')} <kbd>?</kbd></button>
    <${Person} />
    ${listed && html`<${ShortcutList} onClose=${() => setListed(false)} />`}</header>`;
}
