// Filing a matter: what happened, where, and how she can be reached. What she typed stays until it has been taken.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { named, t } from '../lib/i18n.js';
import * as api from '../lib/api.js';
import { Check, SelectField, TextArea, TextField } from '../components/fields.js';
import { Photos } from './photos.js';

const empty = { category: '', title: '', what: '', where: '', when: '', wish: '', name: '', phone: '', confidential: false };

export function FilePage({ door }) {
  const [fields, setFields] = useState(empty);
  const [errors, setErrors] = useState({});
  const [busy, setBusy] = useState(false);
  const [filed, setFiled] = useState(null);
  const set = (name) => (value) => setFields({ ...fields, [name]: value });

  async function send(event) {
    event.preventDefault();
    const found = {};
    for (const name of ['title', 'what', 'phone']) if (!fields[name].trim()) found[name] = t(`citizen.${name}Missing`);
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first) return document.getElementById(first).focus();
    setBusy(true);
    try {
      setFiled(await api.post('/citizen/orders', { ...fields, kind: null, category: fields.category || null }));
    } catch (error) {
      if (!error.code) throw error;
      const named = Object.fromEntries(error.fields.map((each) => [each.field, each.message]));
      setErrors({ ...named, all: error.message });
    } finally {
      setBusy(false);
    }
  }

  if (filed) return html`<${Filed} filed=${filed} />`;
  const text = (name, more = {}) => ({ id: name, testid: `field-${name}`, label: t(`citizen.${name}`), hint: t(`citizen.${name}Hint`), value: fields[name], onInput: set(name), error: errors[name], ...more });
  return html`<h1>${t('citizen.fileTitle')}</h1>
    <form class="card" onSubmit=${send} novalidate data-testid="file-form">
      ${errors.all && html`<p class="notice red" role="alert" data-testid="error">${errors.all}</p>`}
      <${TextField} ...${text('title', { maxlength: 200 })} />
      <${TextArea} ...${text('what', { rows: 5, maxlength: 8000 })} />
      ${door.categories.length > 0 && html`<${SelectField} id="category" testid="field-category" label=${t('citizen.category')} hint=${t('citizen.categoryHint')} value=${fields.category}
        onChange=${set('category')} error=${errors.category}
        options=${[{ value: '', label: t('citizen.categoryNone') }, ...door.categories.map((each) => ({ value: each.id, label: named(each) }))]} />`}
      <${TextField} ...${text('where', { maxlength: 500 })} />
      <${TextField} ...${text('when', { maxlength: 500 })} />
      <${TextField} ...${text('wish', { maxlength: 2000 })} />
      <${TextField} ...${text('name', { maxlength: 100, autocomplete: 'name' })} />
      <${TextField} ...${text('phone', { type: 'tel', maxlength: 20, autocomplete: 'tel' })} />
      <${Check} id="confidential" testid="field-confidential" label=${t('citizen.confidential')} checked=${fields.confidential} onChange=${set('confidential')} />
      <button class="primary" disabled=${busy} data-testid="file-send">${t(busy ? 'citizen.sending' : 'citizen.send')}</button>
    </form>`;
}

function Filed({ filed }) {
  const head = useRef();
  useEffect(() => head.current.focus(), []);
  const follow = `/citizen/follow#number=${filed.number}&code=${filed.code}`;
  return html`<h1 tabindex="-1" ref=${head}>${t('citizen.filed')}</h1>
    <section class="card" data-testid="filed"><p>${t('citizen.filedHint')}</p>
      <div class="code"><span>${t('citizen.number')}</span><strong data-testid="filed-number">${filed.number}</strong></div>
      <div class="code"><span>${t('citizen.code')}</span><strong data-testid="filed-code">${filed.code}</strong></div>
      <a class="button" href=${follow} target="_self">${t('citizen.followAction')}</a></section>
    <${Photos} number=${filed.number} code=${filed.code} />`;
}
