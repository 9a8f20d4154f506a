// The fields that the chosen category asks for.
import { html } from '../vendor/preact.js';
import { named, t } from '../lib/i18n.js';
import { mailItem, particularsOf } from '../lib/particulars.js';
import { SelectField, TextField } from './fields.js';

/// `prefix` tells the fields of a dialog from those of a form below it.
export function Particulars({ draft, category, values, error, prefix = 'field' }) {
  const asked = particularsOf(category);
  if (!asked.length) return null;
  const field = (each) => {
    const more = {
      id: `${prefix}-particulars.${each.id}`, value: values[each.id] ?? '', error: error(`particulars.${each.id}`),
      label: each.required ? t('particular.required', { name: named(each) }) : named(each),
    };
    const fill = (value) => draft.fill(each.id, value);
    if (each.kind === 'choice') {
      return html`<${SelectField} ...${more} onChange=${fill}
        options=${[{ value: '', label: t('particular.none') }, ...each.options.map((one) => ({ value: one.id, label: named(one) }))]} />`;
    }
    const leave = ({ target }) => {
      const whole = each.kind === 'mail-item' && mailItem(target.value);
      if (whole && whole !== target.value) fill(whole);
      draft.save();
    };
    return html`<${TextField} ...${more} type=${each.kind === 'day' ? 'date' : 'text'} maxlength="500" autocomplete="off"
      hint=${each.kind === 'mail-item' ? t('particular.mailItemHint') : null} onInput=${fill} onBlur=${leave} />`;
  };
  return html`<div class="pair particulars" data-testid=${prefix === 'field' ? 'particulars' : `${prefix}-particulars`}>${asked.map((each) => html`<div key=${each.id}>${field(each)}</div>`)}</div>`;
}
