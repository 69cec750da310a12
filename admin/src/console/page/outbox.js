// Lines that were written and are not acknowledged yet. They outlive a reload, and go out in order,
// each under its own key, so that sending one again writes it once. All tabs share them.

import { ApiError, fresh, post } from './api.js';
import { said } from './errors.js';
import { elsewhere, keepAs, recallAs } from './kept.js';
import { on, state, tell } from './store.js';

const KEPT = 'outbox';
const AGAIN_AFTER = 5_000;
let sending = false;
let timer = 0;

const all = () => recallAs(KEPT, []);

/** Changes what is kept now, whatever another tab has added meanwhile. */
function change(how) {
  keepAs(KEPT, how(all()));
  tell('outbox');
}

const mine = line => line.by === state.me?.id;

/** Lines of a ticket that are on their way. */
export const waiting = number => all().filter(line => mine(line) && line.number === number);

/** Writes a line; it is sent as soon as that is possible. */
export function write(number, text, files = []) {
  const line = { key: fresh(), by: state.me.id, number, text, files, at: Date.now() };
  change(lines => [...lines, line]);
  void flush();
}

/** Takes a line back that was refused. */
export function drop(key) {
  change(lines => lines.filter(line => line.key !== key));
}

/** Sends what waits, one after the other. */
export async function flush() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  try {
    for (let line = next(); line; line = next()) await send(line);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    timer = setTimeout(flush, AGAIN_AFTER);
  } finally {
    sending = false;
  }
}

const next = () => all().find(line => mine(line) && !line.refused);

async function send({ key, number, text, files }) {
  try {
    await post(`/threads/${number}/messages`, { key, text, attachments: files.map(file => file.id) });
    drop(key);
  } catch (error) {
    if (error.passes || error.status === 401) throw error;
    change(lines => lines.map(line => (line.key === key ? { ...line, refused: said(error) } : line)));
  }
}

on('online', is => is && flush());
elsewhere(KEPT, () => tell('outbox'));
