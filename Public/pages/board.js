// The board on the wall: six numbers, the lines, the last hour, and who may need a hand. Nothing to click, nothing to
// scroll; when its data is old it says so instead of looking right.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { lineName } from '../lib/centre.js';
import { count, inWords, rate, running, timeOf } from '../lib/format.js';
import { on } from '../lib/events.js';
import { now, useNow } from '../lib/time.js';
import { useFetch } from '../lib/rows.js';
import { useKey } from '../lib/keys.js';
import { Failure, Loading } from '../components/states.js';

/// The server sends at most one a second and one whenever something changes; `hello` keeps the quiet night honest.
const staleAfter = 30_000;
/// Long is allowed here; these only say where a look from the leader may help.
const longTalk = 20 * 60_000;
const longWrapUp = 5 * 60_000;
const longWait = 30_000;
const mostNeeds = 5;

/// Seconds that tick on a wall draw the eye to the wrong thing.
const wholeMinutes = (ms) => Math.floor(ms / 60_000) * 60_000;

function needs(board, at) {
  const waits = board.lines.filter((each) => each.waiting > 0 && each.longestWaitMs >= longWait)
    .map((each) => ({ key: `line-${each.line}`, who: lineName(each.line), why: t('board.lineWaits', { n: each.waiting, span: inWords(each.longestWaitMs) }) }));
  const limits = { onCall: longTalk, wrapUp: longWrapUp };
  const agents = board.agents.filter((each) => limits[each.state] && at - each.since >= limits[each.state])
    .sort((a, b) => a.since - b.since)
    .map((each) => ({ key: each.agent, who: `${each.agent} ${each.name}`, why: `${t(`state.${each.state}`)} ${inWords(wholeMinutes(at - each.since))}` }));
  return [...waits, ...agents].slice(0, mostNeeds);
}

/// The number is as large as its digits allow; the style sheet divides the room by them.
const Big = ({ name, value, note, tone = '' }) => html`<div class=${`big big-${name} ${tone}`} style=${{ '--digits': Math.max(2, value.length) }}><p class="big-label">${t(`board.${name}`)}</p>
  <p class="big-number" data-testid=${`board-${name}`}>${value}</p><p class="big-note">${note}</p></div>`;

/// Two lines over twelve stretches of five minutes: who called, and who was answered.
function LastHour({ stretches }) {
  const top = Math.max(4, ...stretches.map((each) => each.offered));
  const x = (i) => 44 + (i * 428) / Math.max(1, stretches.length - 1);
  const y = (n) => 300 - (n * 280) / top;
  const points = (name) => stretches.map((each, i) => `${x(i)},${y(each[name])}`).join(' ');
  const summary = t('board.lastHourSummary', { offered: stretches.reduce((sum, each) => sum + each.offered, 0), answered: stretches.reduce((sum, each) => sum + each.answered, 0) });
  return html`<svg viewBox="0 0 480 330" class="last-hour" role="img" aria-label=${summary}>
    ${[0, top / 2, top].map((n) => html`<g key=${n}><line x1="44" x2="472" y1=${y(n)} y2=${y(n)} class="grid" />
      <text x="36" y=${y(n) + 5} text-anchor="end">${Math.round(n)}</text></g>`)}
    <polyline points=${points('offered')} class="offered" /><polyline points=${points('answered')} class="answered" />
    ${stretches.map((each, i) => (i % 4 === 0 || i === stretches.length - 1)
      && html`<text key=${each.from} x=${x(i)} y="324" text-anchor=${i === stretches.length - 1 ? 'end' : 'middle'}>${timeOf(each.from)}</text>
      `)}</svg>`;
}

export function BoardPage() {
  const answer = useFetch('/board');
  const [live, setLive] = useState(null);
  const [wall, setWall] = useState(false);
  useEffect(() => on('board', setLive), []);
  useEffect(() => {
    const changed = () => setWall(Boolean(document.fullscreenElement));
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);
  const toggle = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {});
  useKey('F', 'board.wall', toggle);
  const heard = useHeard(live ?? answer.data);
  const at = useNow(1000);
  useEffect(() => {
    document.documentElement.classList.toggle('wall', wall);
    return () => document.documentElement.classList.remove('wall');
  }, [wall]);
  const board = live ?? answer.data;
  if (!board) return html`<div class="board">${answer.error ? html`<${Failure} error=${answer.error} retry=${answer.reload} />`
    : html`<${Loading} />`}</div>`;
  const silence = at - heard.current;
  return html`<div class="board" data-testid="board"><h1 class="visually-hidden">${t('nav.board')}</h1>
    <header class="board-head"><p class=${silence > staleAfter ? 'stale' : ''}
      data-testid="board-freshness" data-stale=${String(silence > staleAfter)} role="status">
        ${silence > staleAfter ? t('board.stale', { at: timeOf(board.at), span: inWords(silence) }) : t('board.fresh', { at: timeOf(at) })}
          </p>
      <button type="button" class="quiet" onClick=${toggle}>${t(wall ? 'board.leaveWall' : 'board.wall')} <kbd aria-hidden="true">F</kbd>
        </button></header>
    <div class="bigs">
      <${Big} name="online" value=${count(board.online)} note=${t('board.onlineNote', { ready: board.ready, onBreak: board.onBreak })} />
      <${Big} name="onCall" value=${count(board.onCall)} note=${t('board.onCallNote')} />
      <${Big} name="wrapUp" value=${count(board.wrapUp)} note=${t('board.wrapUpNote')} />
      <${Big} name="waiting" value=${count(board.waiting)} tone=${board.longestWaitMs >= longWait ? 'alarm' : ''}
        note=${board.waiting ? t('board.longest', { span: inWords(board.longestWaitMs) }) : t('board.nobodyWaits')} />
      <${Big} name="answered" value=${count(board.answered)} note=${t('board.today')} />
      <${Big} name="missed" value=${count(board.missed)} tone=${board.missed ? 'alarm' : ''} note=${t('board.today')} />
    </div>
    <div class="board-low">
      <section class="by-line"><h2>${t('board.byLine')}</h2><table><thead><tr><th scope="col">${t('orders.line')}</th><th scope="col">
        ${t('board.waitingShort')}</th><th scope="col">${t('board.offered')}</th><th scope="col">${t('board.answeredShort')}</th>
        <th scope="col">${t('board.missedShort')}</th><th scope="col">${t('board.answerRate')}</th></tr></thead>
        <tbody>${board.lines.slice(0, 6).map((each) => html`<tr key=${each.line} data-testid=${`board-line-${each.line}`}><th scope="row">
          ${lineName(each.line)}</th><td>${each.waiting}</td><td>${count(each.offered)}</td><td>${count(each.answered)}</td><td>
          ${count(each.missed)}</td><td>${rate(each.answerRate, 1)}</td></tr>`)}</tbody></table></section>
      <section><h2>${t('board.lastHour')} <span class="legend"><i class="offered"></i>${t('board.offered')} <i class="answered"></i>
        ${t('board.answeredShort')}</span></h2><${LastHour} stretches=${board.lastHour} /></section>
      <section class="needs"><h2>${t('board.needs')}</h2>${needs(board, at).length
        ? html`<ul>${needs(board, at).map((each) => html`<li key=${each.key}><strong>${each.who}</strong><span>${each.why}</span></li>`)}</ul>
          `
        : html`<p class="calm">${t('board.nobodyNeeds')}</p>`}</section>
    </div>
  </div>`;
}

/// When the board was last known to be right: its own news, or a sign of life from the stream it comes by.
function useHeard(board) {
  const [heard] = useState(() => ({ current: now() }));
  useEffect(() => { if (board) heard.current = now(); }, [board]);
  useEffect(() => on('hello', () => { heard.current = now(); }), []);
  return heard;
}
