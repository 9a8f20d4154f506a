// How calls are routed: names of what is in it, its parts in words, and how a change is sent.
import { useState } from '../vendor/preact.js';
import { named, t, word } from './i18n.js';
import { lineName } from './centre.js';
import { toast } from './toasts.js';
import * as api from './api.js';

const find = (list, id) => list.find((each) => each.id === id);

export const queueName = (routing, id) => named(find(routing.queues, id)) || id;
export const skillName = (routing, id) => named(find(routing.skills, id)) || id;
export const centreName = (routing, id) => named(find(routing.centres, id)) || id;

const separator = () => t('routing.and');

export const skillsInWords = (routing, skills) => skills
  .map((each) => t('routing.skillLevel', { skill: skillName(routing, each.id), level: each.level })).join(separator()) || '–';

export const triggers = ['waited', 'length', 'forecast', 'nobody'];
export const triggerOf = (overflow) => triggers.find((each) => each in overflow) ?? 'waited';

export function overflowInWords(routing, overflow) {
  const trigger = triggerOf(overflow);
  const when = t(`routing.when.${trigger}`, { n: overflow[trigger] });
  const to = overflow.to.queue ? t('routing.to.queue', { queue: queueName(routing, overflow.to.queue) }) : t(`routing.to.${overflow.to}`);
  return t('routing.overflowIs', { when, to });
}

export function conditionInWords(routing, when) {
  const parts = [
    when.lines && t('rule.lines', { lines: when.lines.map(lineName).join(separator()) }),
    when.numbers && t('rule.numbers', { numbers: when.numbers.join(separator()) }),
    when.regions && t('rule.regions', { regions: when.regions.join(separator()) }),
    when.language && t('rule.language', { language: skillName(routing, when.language) }),
    when.attempts && t('rule.attempts', { n: when.attempts }),
    when.hasOpenOrder === true && t('rule.openOrder'),
    when.hasOpenOrder === false && t('rule.noOpenOrder'),
  ].filter(Boolean);
  return parts.join(t('rule.also')) || t('rule.everybody');
}

export function treatmentInWords(routing, then) {
  const parts = [
    then.queue && t('rule.queue', { queue: queueName(routing, then.queue) }),
    then.requires?.length && t('rule.requires', { skills: skillsInWords(routing, then.requires) }),
    then.priority && t(then.priority > 0 ? 'rule.before' : 'rule.behind', { n: Math.abs(then.priority) }),
    then.ownAgentSeconds && t('rule.ownAgent', { n: then.ownAgentSeconds }),
  ].filter(Boolean);
  return parts.join(t('rule.also')) || t('rule.nothing');
}

/// Of a week that begins on Monday; the words begin on Sunday.
export const weekdayName = (day) => t(`weekday.${(day + 1) % 7}`);

const dayInWords = (stretches) => stretches.join(separator()) || t('hours.closed');

/// Days that follow each other and are alike are told at once: Monday to Friday.
export function weekInWords(week) {
  const runs = [];
  week.forEach((stretches, day) => {
    const open = dayInWords(stretches);
    if (runs.at(-1)?.open === open) runs.at(-1).until = day;
    else runs.push({ from: day, until: day, open });
  });
  return runs.map(({ from, until, open }) => t(from === until ? 'hours.day' : 'hours.days', {
    from: weekdayName(from), until: weekdayName(until), open,
  })).join(t('rule.also'));
}

export const exceptionInWords = ({ day, open }) => t('hours.exceptionIs', { day, open: dayInWords(open) });

/// A number that may be left empty.
export const optional = (text) => (text === '' || text === null || text === undefined ? null : Number(text));

/// Sends a change with the version it was made of: `save` changes, `create` makes, `retire` takes away. `error` is a refusal,
/// kept to be shown where it was made.
export function useSave(routing, done) {
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  async function send(request) {
    setBusy(true);
    setError(null);
    try {
      const next = await request();
      toast(t('routing.saved'));
      done(next);
      return true;
    } catch (problem) {
      if (!problem.code) throw problem;
      setError(problem);
      return false;
    } finally {
      setBusy(false);
    }
  }
  const { version } = routing;
  const save = (path, form) => send(() => api.put(path, { version, ...form }));
  const create = (path, form) => send(() => api.post(path, { version, ...form }));
  const retire = (path) => send(() => api.remove(`${path}?version=${version}`));
  return { save, create, retire, busy, error };
}

// What was changed, in words.

function plain(routing, field, value) {
  if (value === null || value === undefined) return t('routing.none');
  if (field === 'requires' || field === 'skills') return skillsInWords(routing, value);
  if (field === 'overflow') return value.map((each) => overflowInWords(routing, each)).join(t('rule.also')) || t('routing.none');
  if (field === 'queues') {
    return value.map((each) => queueName(routing, each.queue ?? each)).join(separator()) || t('routing.none');
  }
  if (field === 'queue') return queueName(routing, value);
  if (field === 'week') return weekInWords(value);
  if (field === 'exceptions') return value.map(exceptionInWords).join(t('rule.also')) || t('routing.none');
  if (field === 'when') return conditionInWords(routing, value);
  if (field === 'then') return treatmentInWords(routing, value);
  if (field === 'strategy') return t(`strategy.${value}`);
  if (Array.isArray(value)) return value.map((each) => (typeof each === 'object' ? each.id ?? '…' : each)).join(separator()) || t('routing.none');
  return typeof value === 'object' ? '…' : String(value);
}

function nameOf(routing, { part, id, from, to, field }) {
  // What is new or gone says its own name.
  if (!field && (to ?? from)?.name) return named(to ?? from);
  if (part === 'hours' || part === 'breaks') return named(find(routing[part], id)) || id;
  if (part === 'lines') return lineName(id);
  if (part === 'queues') return queueName(routing, id);
  if (part === 'skills') return skillName(routing, id);
  return id;
}

export function changeInWords(routing, change) {
  const what = change.id ? t('change.thing', { part: word('part', change.part), name: nameOf(routing, change) }) : word('part', change.part);
  if (change.field) {
    return t('change.field', {
      what, field: word('setting', change.field), from: plain(routing, change.field, change.from), to: plain(routing, change.field, change.to),
    });
  }
  if (!change.id) return t('change.part', { what });
  return t(change.from === null ? 'change.added' : 'change.removed', { what });
}
