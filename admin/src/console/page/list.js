// The tickets at the left: which are shown, in what order, and when they are read anew.

import { get } from './api.js';
import { button, h, reconcile } from './dom.js';
import { complain } from './errors.js';
import { emptyWords, filters, isNarrowed, wanted, widen } from './filters.js';
import { row } from './row.js';
import { go, on, state, tell } from './store.js';
import { t } from './words.js';

const PAGE = 50;
const MOST = 200;
/** Events come in bursts; one reading answers them all. */
const SETTLE = 150;
/** How long somebody waits grows by itself. */
const TICK = 30_000;
let rows = null;
let next = null;
let asked = 0;
let loaded = false;
let timer = 0;

/** The left column. */
export function list() {
  loaded = false;
  rows = h('ul', { class: 'rows', 'aria-label': t('tickets'), 'aria-busy': 'true' },
    Array.from({ length: 6 }, () => h('li', { class: 'skeleton', 'aria-hidden': 'true' })));
  return h('div', { class: 'list-body' }, filters(), rows);
}

/** Reads the list anew, as long as the part that is shown. */
export async function reload() {
  const turn = ++asked;
  const query = wanted();
  query.set('limit', String(Math.min(MOST, Math.max(PAGE, state.threads.length))));
  try {
    const page = await get(`/threads?${query}`);
    if (turn === asked) take(page, []);
  } catch (error) {
    if (turn === asked) failed(error);
  }
}

async function more() {
  const turn = asked;
  const query = wanted();
  query.set('after', next);
  const page = await get(`/threads?${query}`).catch(complain);
  if (page && turn === asked) take(page, state.threads);
}

function take(page, before) {
  state.threads = [...before, ...page.threads];
  state.counts = page.counts;
  next = page.next;
  loaded = true;
  rows.removeAttribute('aria-busy');
  draw();
  tell('counts');
  tell('threads');
}

function failed(error) {
  if (error.status === 401 || loaded) return error.status === 401 ? tell('signed-out') : undefined;
  const again = button(t('retry'), () => void reload(), { class: 'small' });
  return rows.replaceChildren(h('li', { class: 'empty' }, h('p', {}, t('unreadable')), again));
}

function draw() {
  const shown = state.threads.map(row);
  if (next) shown.push({ key: 'more', version: next, make: () => h('li', {}, button(t('showMore'), () => void more(), { class: 'more small' })) });
  if (!shown.length) shown.push({ key: 'empty', version: emptyWords(), make: empty });
  reconcile(rows, shown);
}

function empty() {
  return h('li', { class: 'empty' }, h('p', {}, emptyWords()), isNarrowed() ? button(t('showAllOpen'), widen, { class: 'small' }) : null);
}

/** Goes to the ticket before (−1) or after (+1) the one that is open. */
export function step(by) {
  const at = state.threads.findIndex(ticket => ticket.number === state.current);
  const ticket = state.threads[at < 0 ? 0 : at + by];
  if (!ticket) return;
  go(ticket.number);
  rows.querySelector(`[data-number="${ticket.number}"]`)?.scrollIntoView({ block: 'nearest' });
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => void reload(), SETTLE);
}

function redraw() {
  if (loaded) draw();
}

on('filter', () => void reload());
for (const event of ['ticket', 'thread', 'behind']) on(event, soon);
for (const event of ['unread', 'agents', 'current']) on(event, redraw);
on('online', is => is && soon());
setInterval(redraw, TICK);
