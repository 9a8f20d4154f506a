// What an order of a category says besides what every order does; the centre's catalogue names it.
import { named, t } from './i18n.js';
import { categories } from './centre.js';

export const particularsOf = (category) => categories().find((each) => each.id === category)?.particulars ?? [];

/// As the server reads and keeps a number of S10: two letters, eight digits and one that checks them, two letters; null if it is none.
export function mailItem(written) {
  const bare = written.replace(/[ -]/g, '').toUpperCase();
  if (!/^[A-Z]{2}\d{9}[A-Z]{2}$/.test(bare)) return null;
  const sum = [8, 6, 4, 2, 3, 5, 9, 7].reduce((all, weight, i) => all + weight * Number(bare[2 + i]), 0);
  const check = 11 - (sum % 11);
  return Number(bare[10]) === (check === 10 ? 0 : check === 11 ? 5 : check) ? bare : null;
}

/// What must be mended before the order may go to a body, by the names of the fields.
export function lackingParticulars(category, values) {
  const found = [];
  for (const each of particularsOf(category)) {
    const value = (values[each.id] ?? '').trim();
    if (!value && each.required) found.push([`particulars.${each.id}`, t('particular.missing', { name: named(each) })]);
    if (value && each.kind === 'mail-item' && !mailItem(value)) found.push([`particulars.${each.id}`, t('particular.mailItemWrong')]);
  }
  return Object.fromEntries(found);
}

/// Those that are filled in, as people read them; of a category that is no more, by their ids.
export function saidParticulars(category, values) {
  const known = particularsOf(category);
  return Object.entries(values).filter(([, value]) => value).map(([id, value]) => {
    const particular = known.find((each) => each.id === id);
    const option = particular?.options.find((each) => each.id === value);
    return { id, name: particular ? named(particular) : id, value: option ? named(option) : value };
  });
}

/// A correction's note, `id: old → new` a line each, as people read it.
export function correctionTold(category, note) {
  return note.split('\n').map((line) => {
    const at = line.indexOf(': ');
    const [id, ...values] = [line.slice(0, at), ...line.slice(at + 2).split(' → ')];
    const read = (value) => saidParticulars(category, { [id]: value })[0];
    return `${read('–').name}${t('particular.colon')}${values.map((value) => read(value).value).join(' → ')}`;
  }).join('\n');
}

/// The server lists them; the form has them by their ids.
export const tableOf = (said) => Object.fromEntries((said ?? []).map(({ id, value }) => [id, value]));
export const listOf = (values) => Object.entries(values).filter(([, value]) => value).map(([id, value]) => ({ id, value }));
