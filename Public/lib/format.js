// How times, durations, numbers and rates are written.
import { t } from './i18n.js';
import { centre } from './centre.js';

const two = (n) => String(n).padStart(2, '0');

/// The centre's wall clock, whatever the time zone of the computer in front of us.
function parts(ms) {
  const at = new Date(ms + (centre.get()?.utcOffsetSeconds ?? 28800) * 1000);
  return {
    day: `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`,
    time: `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`,
    seconds: two(at.getUTCSeconds()),
  };
}

/// The moment at which the centre's wall clock shows this, `2026-02-13T16:50`.
export const momentOf = (local) => Date.parse(`${local}Z`) - (centre.get()?.utcOffsetSeconds ?? 28800) * 1000;

export const dayOf = (ms) => parts(ms).day;
export const timeOf = (ms) => (ms == null ? '–' : parts(ms).time);
export const dateTime = (ms) => (ms == null ? '–' : `${parts(ms).day} ${parts(ms).time}`);
export const iso = (ms) => (ms == null ? undefined : new Date(ms).toISOString());

/// Leaves the day away when it is today's; a list of today's calls is easier to read.
export function shortDateTime(ms, today) {
  if (ms == null) return '–';
  const { day, time } = parts(ms);
  return day === today ? time : `${day} ${time}`;
}

export function addDays(day, count) {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + count);
  return at.toISOString().slice(0, 10);
}

/// 5:07 or 1:02:07, for something that runs.
export function running(ms) {
  const seconds = Math.max(0, Math.floor((ms ?? 0) / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/// A length of time in its two largest units: 2 小时 15 分, 1 天, 45 秒.
export function inWords(ms) {
  const seconds = Math.max(0, Math.floor((ms ?? 0) / 1000));
  const units = [
    ['days', Math.floor(seconds / 86400)],
    ['hours', Math.floor(seconds / 3600) % 24],
    ['minutes', Math.floor(seconds / 60) % 60],
    ['seconds', seconds % 60],
  ];
  const first = units.findIndex(([, n]) => n > 0);
  if (first < 0) return t('span.seconds', { n: 0 });
  // Seconds beside minutes only matter for a wait or a talk, which are short; beside hours nothing below minutes.
  return units
    .slice(first, first + 2)
    .filter(([, n], i) => i === 0 || n > 0)
    .map(([unit, n]) => t(`span.${unit}`, { n }))
    .join(' ');
}

export const count = (n) => (n == null ? '–' : String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, ','));

/// Two decimals as the field reports them (99.62 %); a rate of nothing is a dash, not 0 or 100.
export const rate = (value, decimals = 2) => (value == null ? '–' : `${(value * 100).toFixed(decimals)}%`);

export function figure(value, unit) {
  if (value == null) return '–';
  if (unit === 'rate') return rate(value);
  if (unit === 'duration') return inWords(value);
  if (unit === 'score') return value.toFixed(2);
  return count(value);
}

/// 138****1234 → 138 **** 1234, which is easier to read aloud.
export const masked = (number) => (number || '').replace(/^(\d{3})(\*{4})(\d{4})$/, '$1 $2 $3') || '–';
