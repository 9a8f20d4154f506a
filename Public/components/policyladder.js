// The steps of a ladder: when, what is done, who is told. And a length of time, as a number and its unit.
import { html } from '../vendor/preact.js';
import { t, word } from '../lib/i18n.js';
import { choices, deedNames, newRung, toldNames, unitNames, whenParts, whenText } from '../lib/policy.js';

const options = (list, chosen) => list.map((each) => html`<option value=${each.value} selected=${each.value === chosen}>${each.label}</option>`);

export function LengthInput({ id, label, parts: [count, unit], onChange }) {
  return html`<input id=${id} type="number" min="1" max="5000" class="amount" aria-label=${label} value=${count} data-testid=${id}
      onInput=${(event) => onChange([event.target.value, unit])} />
    <select aria-label=${t('policy.unit')} data-testid=${`${id}-unit`} onChange=${(event) => onChange([count, event.target.value])}>
      ${options(choices('unit', unitNames), unit)}</select>`;
}

export function Ladder({ id, value, problems, onChange }) {
  const change = (index, part) => onChange(value.map((each, i) => (i === index ? { ...each, ...part } : each)));
  const kinds = ['passed', 'before', 'due', 'after'].map((each) => ({ value: each, label: t(`when.${each}`) }));
  return html`${problems.whole && html`<p class="error">${problems.whole}</p>`}
    <ol class="rungs">${value.map((rung, index) => {
      const when = whenParts(rung.when);
      const setWhen = (part) => change(index, { when: whenText({ ...when, ...part }) });
      const tell = (who, on) => change(index, { tells: toldNames.filter((each) => (each === who ? on : rung.tells.includes(each))) });
      const wrong = problems[`[${index}].when`] ?? problems[`[${index}]`];
      return html`<li key=${index} class=${wrong ? 'has-error' : ''} data-testid=${`${id}-${index}`}>${wrong && html`<p class="error">${wrong}</p>`}
        <select aria-label=${t('policy.when')} onChange=${(event) => setWhen({ kind: event.target.value, amount: event.target.value === 'passed' ? '80' : '1' })}>
          ${options(kinds, when.kind)}</select>
        ${when.kind === 'passed' && html`<input type="number" min="1" max="99" class="amount" aria-label=${t('policy.percent')} value=${when.amount}
          onInput=${(event) => setWhen({ amount: event.target.value })} /><span>%</span>`}
        ${['before', 'after'].includes(when.kind) && html`<${LengthInput} id=${`${id}-${index}-length`} label=${t(`when.${when.kind}`)} parts=${[when.amount, when.unit]}
          onChange=${([amount, unit]) => setWhen({ amount, unit })} />`}
        <select aria-label=${t('limits.does')} onChange=${(event) => change(index, { does: event.target.value })}>
          ${options(deedNames.map((each) => ({ value: each, label: t(`limits.does.${each}`) })), rung.does)}</select>
        <span role="group" aria-label=${t('policy.tells')} class="tells">${t('policy.tells')}${toldNames.map((who) => html`<label class="check" key=${who}>
          <input type="checkbox" checked=${rung.tells.includes(who)} onChange=${(event) => tell(who, event.target.checked)} /><span>${word('told', who)}</span></label>`)}</span>
        <button type="button" class="small quiet" onClick=${() => onChange(value.filter((_, i) => i !== index))}>${t('routing.remove')}</button></li>`;
    })}</ol>
    <div><button type="button" class="small" data-testid=${`${id}-add`} onClick=${() => onChange([...value, newRung()])}>${t('policy.addStep')}</button></div>`;
}
