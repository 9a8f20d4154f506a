// Line icons of our own, 20 by 20; always beside a word, so they are hidden from screen readers.
import { html } from '../vendor/preact.js';

const paths = {
  desk: 'M4 11v-1a6 6 0 0 1 12 0v1M3 11h3v5H3zM14 11h3v5h-3zM16 16c0 1.5-2 2-4 2',
  inbox: 'M3 11l2.5-7h9L17 11v5H3zM3 11h4l1 2h4l1-2h4',
  orders: 'M5 3h10v14H5zM8 7h4M8 10h4M8 13h3',
  missed: 'M4 5l5 5 7-7M12 3h4v4M4 15c3-3 9-3 12 0l-1.5 2-3-1v-1.500a7 7 0 0 0-3 0V16l-3 1z',
  board: 'M3 4h14v10H3zM7 17h6M10 14v3M6 11l3-3 2 2 3-3',
  report: 'M3 4h14v12H3zM3 8h14M8 8v8M13 8v8',
  watch: 'M4 17V3M4 4h11l-2.500 3.500L15 11H4',
  limits: 'M10 2.500a7.500 7.500 0 1 0 0 15a7.500 7.500 0 1 0 0-15M10 6v4.500l3 2',
  routing: 'M3 5h4c5 0 4 10 9 10M3 15h4c2 0 3-1.500 3.700-3.300M11.500 7.500C12.500 6 13.500 5 16 5M14 3l2.500 2-2.500 2M14 13l2.500 2-2.500 2',
  calls: 'M6 3l2 4-1.5 1.500a10 10 0 0 0 5 5L13 12l4 2-1 3C9 17 3 11 3 4z',
  answer: 'M6 3l2 4-1.5 1.500a10 10 0 0 0 5 5L13 12l4 2-1 3C9 17 3 11 3 4z',
  hangUp: 'M3 12c3.5-4 10.5-4 14 0l-1.5 2.5-3.5-1V11.500a9 9 0 0 0-4 0V13.500l-3.5 1z',
  hold: 'M7 4v12M13 4v12',
  mute: 'M8 4a2 2 0 0 1 4 0v5a2 2 0 0 1-4 0zM5 9a5 5 0 0 0 10 0M10 14v3M4 3l12 14',
  microphone: 'M8 4a2 2 0 0 1 4 0v5a2 2 0 0 1-4 0zM5 9a5 5 0 0 0 10 0M10 14v3',
  search: 'M8.5 3a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M12.5 12.500L17 17',
  close: 'M5 5l10 10M15 5L5 15',
  check: 'M4 10l4 4 8-9',
  warning: 'M10 3l8 14H2zM10 8v4M10 14.500v.5',
  eye: 'M2 10c3-6 13-6 16 0-3 6-13 6-16 0M10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4',
  play: 'M6 4l10 6-10 6z',
  person: 'M10 3a3 3 0 1 1 0 6 3 3 0 0 1 0-6M4 17c0-7 12-7 12 0',
};

export const Icon = ({ name, size = 20 }) => html`
  <svg class="icon" width=${size} height=${size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path d=${paths[name]} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
  </svg>`;
