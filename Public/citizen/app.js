// The citizen's page: she files a matter, and follows it by its number and code. No session, nothing kept in the browser.
//
// Names that tests may rely on (data-testid): citizen, door-file, door-follow, file-form, field-{name}, file-send, filed,
//   filed-number, filed-code, follow-form, field-number, field-code, follow-open, own-order[data-stage], own-answer, own-story,
//   own-{add|urge|rate|withdraw}, withdraw-{reason|send}, say-{add|urge}-text, say-{add|urge}-send, rate-contacted-{yes|no|unknown}, rate-solved-{yes|no}, rate-{5…1}, rate-send, photo, error, done
import { html, render, useEffect, useState } from '../vendor/preact.js';
import { language, named, setLanguage, t } from '../lib/i18n.js';
import { useStore } from '../lib/store.js';
import { useRoute } from '../lib/router.js';
import * as api from '../lib/api.js';
import { centre } from '../lib/centre.js';
import { LanguageSwitch } from '../components/languageswitch.js';
import { FilePage } from './file.js';
import { FollowPage } from './follow.js';

function Door({ door }) {
  return html`<h1>${t('citizen.pageTitle')}</h1>
    <section class="card"><h2>${t('citizen.fileTitle')}</h2><p>${t('citizen.fileHint')}</p>
      <a class="button" href="/citizen/file" data-testid="door-file">${t('citizen.fileAction')}</a></section>
    <section class="card"><h2>${t('citizen.followTitle')}</h2><p>${t('citizen.followHint')}</p>
      <a class="button" href="/citizen/follow" data-testid="door-follow">${t('citizen.followAction')}</a></section>
    <p class="muted">${t('citizen.call', { numbers: door.numbers.join('、') })}</p>`;
}

function Page({ path, door }) {
  if (path === '/citizen/follow') return html`<${FollowPage} />`;
  if (!door.open) return html`<h1>${t('citizen.pageTitle')}</h1><p class="notice" data-testid="closed">${t('citizen.closed', { numbers: door.numbers.join('、') })}</p>
    <p><a href="/citizen/follow">${t('citizen.followTitle')}</a></p>`;
  return path === '/citizen/file' ? html`<${FilePage} door=${door} />` : html`<${Door} door=${door} />`;
}

function App() {
  useStore(language);
  const { path } = useRoute();
  const [door, setDoor] = useState(null);
  const [error, setError] = useState(null);
  const open = () => {
    setError(null);
    api.get('/citizen').then((found) => { centre.set(found); setDoor(found); }, setError);
  };
  useEffect(open, []);
  useEffect(() => { document.title = door ? `${t('citizen.pageTitle')} · ${named(door)}` : t('citizen.pageTitle'); });
  return html`<main class="citizen" data-testid="citizen">
    <header><a href="/citizen"><img src="/icon.svg" width="36" height="36" alt="" />${door ? named(door) : ''}</a><${LanguageSwitch} /></header>
    ${error && html`<div class="notice red" role="alert"><p>${error.message}</p><button type="button" onClick=${open}>${t('action.retry')}</button></div>`}
    ${door && html`<${Page} key=${path} path=${path} door=${door} />`}</main>`;
}

setLanguage(language.get());
render(html`<${App} />`, document.getElementById('app'));
