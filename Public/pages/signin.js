import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { language, t } from '../lib/i18n.js';
import { setLanguage } from '../lib/i18n.js';
import { signIn, startPage } from '../lib/session.js';
import { go, route } from '../lib/router.js';
import { TextField } from '../components/fields.js';
import { LanguageSwitch } from '../components/languageswitch.js';

export function SignIn() {
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [errors, setErrors] = useState({});
  const [busy, setBusy] = useState(false);
  const [chosen, setChosen] = useState(null);
  const form = useRef();
  useEffect(() => {
    document.title = t('signIn.title');
    document.getElementById('login').focus();
  }, []);
  async function submit(event) {
    event.preventDefault();
    const found = {};
    if (!login.trim()) found.login = t('signIn.loginMissing');
    if (!password) found.password = t('signIn.passwordMissing');
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first) return document.getElementById(first).focus();
    setBusy(true);
    try {
      await signIn(login.trim(), password, chosen);
      const { path } = route.get();
      return ['/', '/sign-in'].includes(path) ? go(startPage(), { replace: true }) : undefined;
    } catch (error) {
      if (!error.code) throw error;
      setErrors({ all: error.retryAfter ? `${error.message} ${t('signIn.retryAfter', { n: error.retryAfter })}` : error.message });
      setPassword('');
      return document.getElementById('password').focus();
    } finally {
      setBusy(false);
    }
  }
  const change = (next) => {
    setChosen(next);
    setLanguage(next);
  };
  return html`<main class="sign-in" lang=${language.get()}>
    <header><img src="/icon.svg" width="40" height="40" alt="" /><${LanguageSwitch} change=${change} /></header>
    <h1>${t('signIn.title')}</h1>
    <form ref=${form} onSubmit=${submit} novalidate>
      ${errors.all && html`<p class="notice red" role="alert" data-testid="sign-in-error">${errors.all}</p>`}
      <${TextField} id="login" label=${t('signIn.login')} hint=${t('signIn.loginHint')} value=${login} onInput=${setLogin}
        error=${errors.login} autocomplete="username" autocapitalize="none" spellcheck=${false} />
      <${TextField} id="password" type="password" label=${t('signIn.password')} value=${password} onInput=${setPassword}
        error=${errors.password} autocomplete="current-password" />
      <button class="primary big" disabled=${busy} data-testid="sign-in">${t(busy ? 'signIn.busy' : 'signIn.action')}</button>
    </form>
    <p class="muted">${t('signIn.help')}</p>
  </main>`;
}
