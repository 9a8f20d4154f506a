// Words come from words/zh.js and words/en.js, which hold the same keys. A missing key shows itself, so that it is
// found in a test rather than by a citizen's agent.
import { createStore } from './store.js';
import zh from '../words/zh.js';
import en from '../words/en.js';

const words = { zh, en };
const remembered = 'hotline.language';

/// Chinese first, until somebody at this computer chose otherwise.
const initial = () => (localStorage.getItem(remembered) in words ? localStorage.getItem(remembered) : 'zh');

export const language = createStore(initial());

export function setLanguage(next) {
  if (!(next in words)) return;
  localStorage.setItem(remembered, next);
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
  if (next !== language.get()) language.set(next);
}

/// `{name}` is replaced by the parameter; `{n|call|calls}` by the first word when the parameter is 1, else the second.
export function t(key, parameters = {}) {
  const text = words[language.get()][key];
  if (text === undefined) return key;
  return text
    .replace(/\{(\w+)\|([^|}]*)\|([^}]*)\}/g, (_, name, one, many) => (parameters[name] === 1 ? one : many))
    .replace(/\{(\w+)\}/g, (whole, name) => (name in parameters ? String(parameters[name]) : whole));
}

export const has = (key) => key in words[language.get()];

/// What the server calls a thing in both languages.
export const named = (thing) => (!thing ? '' : language.get() === 'en' && thing.englishName ? thing.englishName : thing.name);

/// A word for a value the server may know before we do (a new end reason): the word if we have one, else the value.
export const word = (group, value) => (value == null ? '' : has(`${group}.${value}`) ? t(`${group}.${value}`) : String(value));
