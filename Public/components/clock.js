// A time limit: a bar and, always, the words. Colour only repeats what the words say.
import { html } from '../vendor/preact.js';
import { t, language } from '../lib/i18n.js';
import { bodyName } from '../lib/centre.js';
import { dateTime, inWords, iso } from '../lib/format.js';
import { useNow } from '../lib/time.js';

/// The last fifth of its time is "soon".
const soon = 0.8;

function read(clock, at) {
  const whole = Math.max(1, clock.due - clock.startedAt);
  if (clock.metAt) {
    const late = clock.metAt > clock.due;
    return { tone: late ? 'late' : 'done', part: 1,
      words: late ? t('clock.metLate', { span: inWords(clock.metAt - clock.due) }) : t('clock.met', { span: inWords(clock.metAt - clock.startedAt) }) };
  }
  if (clock.state === 'paused') return { tone: 'fine', part: 0, words: t('clock.paused') };
  if (at >= clock.due) return { tone: 'late', part: 1, words: t('clock.late', { span: inWords(at - clock.due) }) };
  const part = Math.min(1, Math.max(0, (at - clock.startedAt) / whole));
  return { tone: part >= soon ? 'soon' : 'fine', part, words: t('clock.left', { span: inWords(clock.due - at) }) };
}

export function ClockBar({ clock, large = false }) {
  const at = useNow(large ? 1000 : 30_000);
  if (!clock) return html`<span class="muted">–</span>`;
  const { tone, part, words } = read(clock, at);
  return html`<span class=${`clock ${tone} ${large ? 'large' : ''}`} data-testid=${`clock-${clock.name}`} data-tone=${tone}
      title=${t('clock.dueAt', { at: dateTime(clock.due) })}>
    <span class="clock-words"><span class="clock-name">${clock.body ? `${bodyName(clock.body)} ` : ''}${t(`clock.${clock.name}`)}</span> ${words}</span>
    <span class="clock-bar" aria-hidden="true"><span style=${{ width: `${Math.round(part * 100)}%` }}></span></span>
  </span>`;
}

/// Why the deadline is what it is, opening in place.
export function ClockStory({ clock }) {
  return html`<div class="clock-story">
    <${ClockBar} clock=${clock} large />
    <p class="clock-due">${t('clock.dueLabel')} <time datetime=${iso(clock.due)}>${dateTime(clock.due)}</time>
      ${clock.provisional && html` <span class="tag amber">${t('clock.provisional')}</span>`}</p>
    ${clock.explanation?.length > 0 && html`<details><summary data-testid=${`clock-why-${clock.name}`}>${t('clock.why')}</summary>
      <ol class="explanation">${clock.explanation.map((each) => html`<li>${each[language.get()]}</li>`)}</ol></details>`}</div>`;
}
