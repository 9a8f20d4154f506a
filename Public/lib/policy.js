// A policy as the editor keeps it, and in words. The words of its parts are those of the API.
import { language, named, t, word } from './i18n.js';
import { bodies, bodyName, lineName, lines } from './centre.js';

export const clockNames = ['sign', 'contact', 'respond', 'resolve', 'follow-up'];
export const urgencyNames = ['ordinary', 'urgent', 'extra-urgent'];
export const unitNames = ['minutes', 'hours', 'working-hours', 'days', 'working-days'];
export const startNames = ['at-once', 'next-day', 'next-working-day'];
export const eventNames = ['created', 'dispatched', 'sent', 'signed', 'contacted', 'answered', 'closed', 'followed-up'];
export const pauseNames = ['awaiting-citizen', 'expertise', 'coordination', 'force-majeure'];
export const deedNames = ['warn', 'urge', 'supervise', 'notify'];
export const toldNames = ['body', 'agent', 'leader', 'director'];

export const choices = (group, names) => names.map((value) => ({ value, label: word(group, value) }));
export const bodyChoices = () => bodies().map((each) => ({ value: each.id, label: named(each) }));
export const lineChoices = () => lines().map((each) => ({ value: each.id, label: named(each) }));

export const policyTitle = (policy) => policy[language.get()] ?? policy.title?.[language.get()];

/// `5 working-days` → ['5', 'working-days'].
export const lengthParts = (text) => {
  const [count = '', unit = 'working-days'] = (text ?? '').split(' ');
  return [count, unit];
};
export const lengthWords = (text) => {
  const [n, unit] = lengthParts(text);
  return t(`length.${unit}`, { n: Number(n) });
};

/// A step's time: `{kind: 'passed'|'before'|'due'|'after', amount, unit}`.
export function whenParts(text) {
  if (text === 'due') return { kind: 'due', amount: '1', unit: 'working-days' };
  if (text.endsWith('%')) return { kind: 'passed', amount: text.slice(0, -1), unit: 'working-days' };
  const [amount, unit, kind] = text.split(' ');
  return { kind, amount, unit };
}

export const whenText = ({ kind, amount, unit }) => (kind === 'due' ? 'due' : kind === 'passed' ? `${amount}%` : `${amount} ${unit} ${kind}`);

export function whenWords(text) {
  const { kind, amount, unit } = whenParts(text);
  if (kind === 'due') return t('when.dueNow');
  return kind === 'passed' ? t('when.passedIs', { n: amount }) : t(`when.${kind}Is`, { length: lengthWords(`${amount} ${unit}`) });
}

const separator = () => t('routing.and');

/// The orders a limit is for.
export function ordersWords(promise) {
  const parts = [
    promise.kinds?.map((each) => word('kind', each)), promise.urgencies?.map((each) => word('urgency', each)),
    promise.categories, promise.lines?.map(lineName), promise.bodies?.map(bodyName),
  ].filter(Boolean).map((each) => each.join(separator()) || t('policy.nothingChosen'));
  return parts.join(' · ') || t('policy.allOrders');
}

/// What starts and stops a clock that does not say so itself: as the Engine has it.
export const usualStart = (clock) => ({ resolve: 'dispatched', 'follow-up': 'closed' })[clock] ?? 'sent';
export const usualStop = (clock) => ({ sign: 'signed', resolve: 'closed', 'follow-up': 'followed-up' })[clock] ?? 'contacted';

export const runsWords = (promise) => t('policy.runs', {
  from: word('event', promise.from ?? usualStart(promise.clock)), until: word('event', promise.until ?? usualStop(promise.clock)),
});

/// A limit as it begins in the form.
export const newPromise = () => ({ clock: 'resolve', within: '5 working-days' });
export const newRung = () => ({ when: 'due', does: 'warn', tells: ['body'] });

/// What is refused inside one part, with the part's own path before it taken off.
export function problemsOf(error, path) {
  const found = {};
  for (const each of error?.fields ?? []) {
    if (each.field === path) found.whole ??= each.message;
    else if (each.field.startsWith(`${path}.`) || each.field.startsWith(`${path}[`)) {
      found[each.field.slice(path.length).replace(/^\./, '')] ??= each.message;
    }
  }
  return found;
}
