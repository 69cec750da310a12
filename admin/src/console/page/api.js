// The data under /api/v1. Every call ends in what was asked for or in an `ApiError`.

const BASE = '/api/v1';
let csrf = '';

/** A refusal: `status` 0 means that the server was not reached. */
export class ApiError extends Error {
  constructor(status, { code = 'unknown', message = '', field = null } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
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
export const remove = (path, body) => call('DELETE', path, body);
/** Posts a file as it is. */
export const send = (path, file) => call('POST', path, file);

/** A key under which a line is written once, however often it is sent. */
export function fresh() {
  // `randomUUID` is missing where the page came without TLS.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

async function call(method, path, body) {
  const headers = { 'x-csrf-token': csrf };
  const isFile = body instanceof Blob;
  if (body !== undefined) headers['content-type'] = isFile ? 'application/octet-stream' : 'application/json';
  let response;
  try {
    response = await fetch(BASE + path, { method, headers, body: body === undefined || isFile ? body : JSON.stringify(body) });
  } catch {
    throw unreachable();
  }
  const answer = parsed(await response.text());
  if (response.ok) return answer;
  throw new ApiError(response.status, answer?.error);
}

const unreachable = () => new ApiError(0, { code: 'unreachable' });

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
    request.onerror = () => fail(unreachable());
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status < 300) done(answer);
      else fail(new ApiError(request.status, answer?.error));
    };
    request.send(file);
  });
}
