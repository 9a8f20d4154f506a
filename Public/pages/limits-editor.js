// The editor of a policy: start from what is in force or from another, change it, see what it would mean, save it with a reason.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t, word } from '../lib/i18n.js';
import * as api from '../lib/api.js';
import { dateTime, dayOf, momentOf } from '../lib/format.js';
import { now } from '../lib/time.js';
import { useFetch } from '../lib/rows.js';
import { toast } from '../lib/toasts.js';
import { keptPolicy } from '../lib/kept.js';
import { lengthWords, newPromise, ordersWords, policyTitle, problemsOf, runsWords, whenWords } from '../lib/policy.js';
import { Check, SelectField, TextArea, TextField } from '../components/fields.js';
import { Failure, Fetched } from '../components/states.js';
import { Ladder } from '../components/policyladder.js';
import { PromiseDialog } from '../components/policypromise.js';
import { PolicyPreview } from '../components/policypreview.js';

const move = (list, from, to) => {
  const moved = [...list];
  moved.splice(to, 0, ...moved.splice(from, 1));
  return moved;
};

export function PolicyEditor({ policy, policies, close }) {
  const versions = useFetch(`/policies/${encodeURIComponent(policy.name)}/versions`);
  return html`<${Fetched} answer=${versions}>${({ rows }) => html`<${Editor} policy=${policy} policies=${policies} versions=${rows}
    reload=${versions.reload} close=${close} />`}</${Fetched}>`;
}

function Editor({ policy, policies, versions, reload, close }) {
  const place = keptPolicy(policy.name);
  const [kept] = useState(place.read);
  // The version it was begun from: a change meanwhile is noticed and not overwritten.
  const [based] = useState(kept?.based ?? versions[0]?.version ?? 0);
  const begun = versions[0]?.content ?? policy.content;
  const [draft, setDraft] = useState(kept?.draft ?? begun);
  const [more, setMore] = useState(kept?.more ?? { inForceFrom: dayOf(now()), reason: '' });
  const isChanged = more.reason !== '' || JSON.stringify(draft) !== JSON.stringify(begun);
  useEffect(() => {
    if (isChanged) place.write({ based, draft, more });
    else place.forget();
  }, [draft, more, isChanged]);
  const giveUp = () => {
    place.forget();
    close();
  };
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(null);
  const set = (part) => setDraft((before) => ({ ...before, ...part }));
  const setPromise = (index, promise) => set({ promises: draft.promises.map((each, i) => (i === index ? promise : each)) });
  const problems = problemsOf(error, 'policy');
  const startFrom = (value) => {
    const found = value.startsWith('v') ? versions.find((each) => `v${each.version}` === value)?.content
      : policies.find((each) => each.name === value)?.content;
    // Another's limits under this one's name: whose policy it is does not change.
    if (found) setDraft({ ...found, name: policy.name, title: draft.title });
  };
  async function save(event) {
    event.preventDefault();
    if (!more.reason.trim()) return setError({ message: t('policy.reasonMissing'), fields: [{ field: 'reason', message: t('step.field.missing') }] });
    setBusy(true);
    try {
      // A day means its first moment; without one it holds at once.
      const inForceFrom = more.inForceFrom ? momentOf(`${more.inForceFrom}T00:00`) : now();
      await api.put(`/policies/${encodeURIComponent(policy.name)}`, { version: based, inForceFrom, reason: more.reason.trim(), policy: JSON.stringify(draft) });
      toast(t('policy.saved'));
      return giveUp();
    } catch (problem) {
      if (!problem.code) throw problem;
      return setError(problem);
    } finally {
      setBusy(false);
    }
  }
  const sources = [{ value: '', label: t('policy.asItIs') }, ...versions.map((each) => ({ value: `v${each.version}`, label: t('policy.versionOf', { n: each.version, at: dateTime(each.at), reason: each.reason }) })),
    ...policies.filter((each) => versions.length > 0 || each.name !== policy.name).map((each) => ({ value: each.name, label: t('policy.like', { policy: policyTitle(each) }) }))];
  return html`<form class="policy-editor" onSubmit=${save} novalidate data-testid="policy-editor">
    <section class="panel"><header class="panel-head"><h2>${t('policy.edit', { policy: policyTitle(policy) })}</h2>
        <button type="button" onClick=${close}>${t('policy.back')}</button></header>
      ${kept && html`<p class="notice amber" role="status" data-testid="policy-kept">${t('policy.kept', { at: dateTime(kept.at) })}</p>`}
      <${Refused} error=${error} reload=${() => { reload(); giveUp(); }} />
      <div class="form-grid">
        <${SelectField} id="policy-start-from" label=${t('policy.startFrom')} value="" options=${sources} onChange=${startFrom} />
        <${TextField} id="policy-source" label=${t('limits.source')} value=${draft.source} error=${problems.source} maxlength="500"
          onInput=${(source) => set({ source })} class="wide" /></div>
      <${Check} id="policy-reviews" label=${t('policy.reviews')} checked=${draft.reviews ?? false} onChange=${(reviews) => set({ reviews })} /></section>
    <section class="panel"><h2>${t('limits.limits')}</h2><p class="hint">${t('policy.firstHolds')}</p>
      ${problems.promises && html`<p class="error">${problems.promises}</p>`}
      <ol class="promises" data-testid="promises">${draft.promises.map((promise, index) => html`<${PromiseRow} key=${index} promise=${promise} index=${index}
        problems=${problemsOf(error, `policy.promises[${index}]`)} last=${index === draft.promises.length - 1}
        edit=${() => setOpen(index)} up=${() => set({ promises: move(draft.promises, index, index - 1) })}
        remove=${() => set({ promises: draft.promises.filter((_, i) => i !== index) })} />`)}</ol>
      <div><button type="button" data-testid="promise-add" onClick=${() => setOpen(draft.promises.length)}>${t('policy.addLimit')}</button></div></section>
    <section class="panel"><h2>${t('policy.ladder')}</h2><p class="hint">${t('policy.ladderHint')}</p>
      <${Ladder} id="policy-ladder" value=${draft.ladder} problems=${problemsOf(error, 'policy.ladder')} onChange=${(ladder) => set({ ladder })} /></section>
    <${PolicyPreview} draft=${draft} />
    <section class="panel"><h2>${t('policy.saveHeading')}</h2><p class="hint">${t('policy.keepsTheirs')}</p>
      <div class="form-grid"><${TextField} id="policy-from" type="date" label=${t('policy.inForceFrom')} value=${more.inForceFrom} required
          onInput=${(inForceFrom) => setMore((before) => ({ ...before, inForceFrom }))} /></div>
      <${TextArea} id="policy-reason" label=${t('policy.reason')} hint=${t('policy.reasonHint')} value=${more.reason} maxlength="500"
        error=${error?.fields?.find((each) => each.field === 'reason')?.message} onInput=${(reason) => setMore((before) => ({ ...before, reason }))} />
      <div class="buttons"><button class="primary" disabled=${busy} data-testid="policy-save">${t('policy.save')}</button>
        <button type="button" onClick=${giveUp} data-testid="policy-give-up">${t(isChanged ? 'policy.giveUp' : 'action.cancel')}</button></div></section>
    ${open !== null && html`<${PromiseDialog} promise=${draft.promises[open] ?? newPromise()} ladder=${draft.ladder} categories=${draft.promises.flatMap((each) => each.categories ?? [])}
      problems=${problemsOf(error, `policy.promises[${open}]`)} onClose=${() => setOpen(null)}
      done=${(promise) => { if (open < draft.promises.length) setPromise(open, promise); else set({ promises: [...draft.promises, promise] }); setOpen(null); }} />`}
  </form>`;
}

function PromiseRow({ promise, index, problems, edit, up, remove }) {
  const wrong = Object.values(problems);
  const tags = [promise.start && promise.start !== 'at-once' && word('start', promise.start), promise.rollsOver && t('policy.rollsOver.short'),
    promise.extension && t('policy.extensionIs', { length: lengthWords(promise.extension) }), promise.pauses?.length === 0 && t('policy.noPauses.short'),
    promise.ladder && promise.ladder.map((each) => `${whenWords(each.when)} ${t(`limits.does.${each.does}`)}`).join(t('routing.and'))].filter(Boolean);
  return html`<li class=${wrong.length ? 'has-error' : ''} data-testid=${`promise-${index}`}>
    <div><p><strong>${word('clock', promise.clock)} ${lengthWords(promise.within)}</strong> · ${ordersWords(promise)}</p>
      <p class="muted small-text">${[runsWords(promise), ...tags].join(' · ')}</p>
      ${wrong.map((each) => html`<p class="error" key=${each}>${each}</p>`)}</div>
    <div class="buttons">${index > 0 && html`<button type="button" class="small quiet" onClick=${up}>${t('policy.up')}</button>`}
      <button type="button" class="small" onClick=${edit} data-testid=${`promise-edit-${index}`}>${t('routing.edit')}</button>
      <button type="button" class="small quiet" onClick=${remove} data-testid=${`promise-remove-${index}`}>${t('routing.remove')}</button></div></li>`;
}

/// Why it was not saved: what belongs to no field of the form, in one place.
function Refused({ error, reload }) {
  if (!error) return null;
  return html`<div data-testid="policy-refused"><${Failure} error=${error} retry=${null} />
    ${error.status === 409 && html`<button type="button" onClick=${reload}>${t('routing.reload')}</button>`}</div>`;
}
