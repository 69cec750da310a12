// Lines that were written and are not acknowledged yet. They outlive a reload, and go out in order,
// each under its own key, so that sending one again writes it once.

import { ApiError, fresh, post } from './api.js';
import { on, state, tell } from './store.js';

const KEPT = 'frontdesk.outbox';
let lines = read();
let sending = false;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
}

function keep() {
  localStorage.setItem(KEPT, JSON.stringify(lines));
  tell('outbox');
}

/** Lines of a ticket that are on their way. */
export const waiting = number => lines.filter(line => line.number === number && line.by === state.me?.id);

/** Writes a line; it is sent as soon as that is possible. */
export function write(number, text, attachments = [], names = []) {
  lines.push({ key: fresh(), by: state.me.id, number, text, attachments, names, at: Date.now() });
  keep();
  void flush();
}

/** Takes a line back that was refused. */
export function drop(key) {
  lines = lines.filter(line => line.key !== key);
  keep();
}

/** Sends what waits, one after the other. */
export async function flush() {
  if (sending) return;
  sending = true;
  try {
    for (let line = next(); line; line = next()) await send(line);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  } finally {
    sending = false;
  }
}

const next = () => lines.find(line => line.by === state.me?.id && !line.refused);

async function send(line) {
  try {
    await post(`/threads/${line.number}/messages`, { key: line.key, text: line.text, attachments: line.attachments });
    drop(line.key);
  } catch (error) {
    if (error.passes || error.status === 401) throw error;
    line.refused = error.message;
    keep();
  }
}

on('online', is => {
  if (is) void flush();
});
