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

/// A number that may be left empty.
export const optional = (text) => (text === '' || text === null || text === undefined ? null : Number(text));

/// Sends a change with the version it was made of. `{save, busy, error}`: a refusal is kept, to be shown where it was made.
export function useSave(routing, done) {
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  async function save(path, form) {
    setBusy(true);
    setError(null);
    try {
      const next = await api.put(path, { version: routing.version, ...form });
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
  return { save, busy, error };
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
  if (field === 'when') return conditionInWords(routing, value);
  if (field === 'then') return treatmentInWords(routing, value);
  if (field === 'strategy') return t(`strategy.${value}`);
  if (Array.isArray(value)) return value.map((each) => (typeof each === 'object' ? each.id ?? '…' : each)).join(separator()) || t('routing.none');
  return typeof value === 'object' ? '…' : String(value);
}

function nameOf(routing, { part, id }) {
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
