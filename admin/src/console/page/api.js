// The data under /api/v1. Every call ends in what was asked for or in an `ApiError`.

const BASE = '/api/v1';
let csrf = '';

/** A refusal: `status` 0 means that the server was not reached. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether the same call may go well later. */
  get passes() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** What only our own page can know, sent with every change. */
export function trust(token) {
  csrf = token;
}

export const get = path => call('GET', path);
export const post = (path, body) => call('POST', path, body);
export const put = (path, body) => call('PUT', path, body);
export const patch = (path, body) => call('PATCH', path, body);
export const remove = path => call('DELETE', path);

/** A key under which a line is written once, however often it is sent. */
export const fresh = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

async function call(method, path, body) {
  const headers = { 'x-csrf-token': csrf };
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response;
  try {
    response = await fetch(BASE + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new ApiError(0, 'unreachable', 'the server cannot be reached');
  }
  return read(response);
}

async function read(response) {
  const text = await response.text();
  const body = text ? parsed(text) : null;
  if (response.ok) return body;
  const error = body?.error ?? {};
  throw new ApiError(response.status, error.code ?? 'unknown', error.message ?? response.statusText);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Uploads a file; `progress` hears of the share that is there, from 0 to 1. */
export function upload(file, progress) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${BASE}/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('x-csrf-token', csrf);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = event => progress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onerror = () => fail(new ApiError(0, 'unreachable', 'the server cannot be reached'));
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status < 300) return done(body);
      return fail(new ApiError(request.status, body?.error?.code, body?.error?.message ?? request.statusText));
    };
    request.send(file);
  });
}
