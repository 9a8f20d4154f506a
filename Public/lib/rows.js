// Fetches what a page shows, and again when it may have changed. A late answer to an old question is thrown away.
import { useEffect, useRef, useState } from '../vendor/preact.js';
import * as api from './api.js';
import { on } from './events.js';

/// What could not be fetched because the line was down is fetched again by itself, with longer and longer pauses.
const pauses = [3_000, 6_000, 15_000, 30_000];

/// `{data, error, loading, reload}`; `path` null fetches nothing. Old data stays visible while new is on its way.
export function useFetch(path, query = {}) {
  const question = path && JSON.stringify([path, query]);
  const [answer, setAnswer] = useState({ question: null, data: null, error: null });
  const [round, setRound] = useState(0);
  const failures = useRef(0);
  useEffect(() => {
    if (!question) return undefined;
    let current = true;
    let timer = null;
    const [where, what] = JSON.parse(question);
    api.get(where, what).then(
      (data) => {
        if (!current) return;
        failures.current = 0;
        setAnswer({ question, data, error: null });
      },
      (error) => {
        if (!current) return;
        setAnswer((before) => ({ question, data: before.question === question ? before.data : null, error }));
        if (error.passing) timer = setTimeout(() => setRound((n) => n + 1), pauses[Math.min(failures.current++, pauses.length - 1)]);
      },
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [question, round]);
  return {
    data: answer.question === question ? answer.data : null,
    error: answer.question === question ? answer.error : null,
    loading: Boolean(question) && answer.question !== question,
    reload: () => setRound((n) => n + 1),
  };
}

/// Calls `changed` when news of the topic comes, at most once in `everyMs`: in a busy hour orders change every
/// second, and a list that jumps cannot be read.
export function useNews(topic, changed, everyMs = 1500) {
  const latest = useRef(changed);
  latest.current = changed;
  useEffect(() => {
    let timer = null;
    const stop = on(topic, (value) => {
      timer ??= setTimeout(() => { timer = null; latest.current(value); }, everyMs);
    });
    return () => { stop(); clearTimeout(timer); };
  }, [topic, everyMs]);
}
