// The server's clock. Time limits and waits are shown against it, because a home computer's clock may be wrong.
import { useEffect, useState } from '../vendor/preact.js';

let offset = 0;

/// A `hello` says what time it is there; the few milliseconds of its way are too small to show.
export function learnServerTime(time) {
  offset = time - Date.now();
}

export const now = () => Date.now() + offset;

/// Redraws the component every `everyMs`, and not at all while nobody looks at the page.
export function useNow(everyMs = 1000) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) redraw((n) => n + 1);
    }, everyMs);
    const shown = () => redraw((n) => n + 1);
    document.addEventListener('visibilitychange', shown);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', shown);
    };
  }, [everyMs]);
  return now();
}
