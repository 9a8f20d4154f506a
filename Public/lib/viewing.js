// Who else has the order open. The server knows it of this page by the number of its event stream, which every `hello` says.
import { useEffect, useState } from '../vendor/preact.js';
import * as api from './api.js';
import { on } from './events.js';

let stream = null;
/// The orders that are shown, the newest last: the desk may show one while a list opens another.
const shown = [];
/// What the server was told last, and of which stream.
let told = { stream: null, order: null };

on('hello', (value) => {
  stream = value.stream ?? null;
  tell();
});

function tell() {
  const order = shown.at(-1) ?? null;
  if (stream === null || (told.stream === stream && told.order === order) || (order === null && told.stream !== stream)) return;
  told = { stream, order };
  // If it cannot be told, the other is not warned; the versions still keep either from overwriting.
  api.put('/viewing', { stream, order }).catch(() => { told = { stream: null, order: null }; });
}

/// The others who have this order open: `[{name, since}]`.
export function useViewers(order) {
  const [others, setOthers] = useState([]);
  useEffect(() => {
    setOthers([]);
    const stop = on('viewing', (value) => { if (value.order === order) setOthers(value.others); });
    shown.push(order);
    tell();
    return () => {
      stop();
      shown.splice(shown.lastIndexOf(order), 1);
      tell();
    };
  }, [order]);
  return others;
}
