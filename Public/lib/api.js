// Talks to the server. A refusal becomes an `ApiError` whose message is a sentence in the user's language, made by
// the server; only a lost connection needs a sentence of ours.
import { language, t } from './i18n.js';
import { databaseRefused } from './database.js';

export class ApiError extends Error {
  constructor({ status, code, message, fields = [], retryAfter = null }) {
    super(message);
    Object.assign(this, { status, code, fields, retryAfter });
  }

  /// Worth trying again later with the same content: the line is down, or the server cannot just now.
  get passing() {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }

  field(name) {
    return this.fields.find((each) => each.field === name)?.message;
  }
}

let csrfToken = null;
let signedOut = () => {};

export const setToken = (token) => { csrfToken = token; };
export const onSignedOut = (heard) => { signedOut = heard; };

/// No answer in this long counts as a lost connection; a save is then kept here and tried again.
const patience = 15_000;
/// Ten million bytes over a slow mobile network; the server waits as long (ConnectionEnds).
const filePatience = 120_000;

async function request(method, path, { query, body, file, headers: more = {}, keepalive = false, as = 'json' } = {}) {
  const address = new URL(`/api/v1${path}`, location.origin);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') address.searchParams.set(name, value);
  }
  const headers = { 'Accept-Language': language.get() === 'zh' ? 'zh-CN' : 'en', ...more };
  if (method !== 'GET' && csrfToken) headers['X-CSRF-Token'] = csrfToken;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (file) headers['Content-Type'] = file.type || 'application/octet-stream';
  const patient = file || as === 'file';
  let response;
  try {
    response = await fetch(address, {
      method, headers, keepalive, credentials: 'same-origin', cache: 'no-store',
      body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
      signal: AbortSignal.timeout(patient ? filePatience : patience),
    });
  } catch {
    throw new ApiError({ status: 0, code: 'offline', message: t('error.offline') });
  }
  if (response.ok) return read(response, as);
  throw await refusal(response);
}

async function read(response, as) {
  if (as === 'blob') return response.blob();
  if (as !== 'file') return readJSON(response);
  const [, name] = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '') ?? [];
  return { blob: await response.blob(), name: name ?? 'file' };
}

async function readJSON(response) {
  if (response.status === 204) return null;
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

async function refusal(response) {
  const said = (await readJSON(response).catch(() => null))?.error ?? {};
  const error = new ApiError({
    status: response.status,
    code: said.code ?? 'unknown',
    message: said.message ?? t('error.unknown', { status: response.status }),
    fields: said.fields,
    retryAfter: Number(response.headers.get('Retry-After')) || null,
  });
  if (error.code === 'signInRequired') signedOut();
  if (error.code === 'databaseUnavailable') databaseRefused();
  return error;
}

export const get = (path, query, headers) => request('GET', path, { query, headers });
export const blob = (path, headers) => request('GET', path, { as: 'blob', headers });
/// A file that may be long in the making, with the name it is to have.
export const file = (path, query) => request('GET', path, { as: 'file', query });
/// A file as it is; its name goes in the query.
export const upload = (path, file, headers, query = {}) => request('POST', path, {
  file, headers, query: { name: file.name.slice(-200) || 'file', ...query } });
export const post = (path, body = {}, options) => request('POST', path, { body, ...options });
export const put = (path, body = {}, options) => request('PUT', path, { body, ...options });
export const remove = (path) => request('DELETE', path);
