// The conversation in the middle: reading it, in both directions, and keeping a reader's place.

import { get } from './api.js';
import { banners } from './banner.js';
import { composer } from './composer.js';
import { button, h, reconcile, redraw } from './dom.js';
import { complain, said } from './errors.js';
import { heading } from './heading.js';
import { heldFor, isOnItsWay } from './fare.js';
import { flow } from './flow.js';
import { signal } from './live.js';
import { waiting } from './outbox.js';
import { clearSigns, signs } from './signs.js';
import { on, state } from './store.js';
import { see, seenUntil } from './unread.js';
import { t } from './words.js';

const NEAR_END = 80;
const NEAR_START = 240;
const READING_EVERY = 20_000;
/** When a reply that was held is looked at again, in milliseconds after its time. */
const LOOKS = [400, 1_500, 4_000, 10_000];
let open = null;

/** Shows a ticket's conversation; `card` is what is known of it. */
export function thread(card) {
  leave();
  const { number } = card.ticket;
  const box = h('div', { class: 'lines', role: 'log', 'aria-label': t('conversation'), tabindex: '0' },
    Array.from({ length: 4 }, (_, place) => h('div', { class: `skeleton ${place % 2 ? 'right' : ''}`, 'aria-hidden': 'true' })));
  const jump = button(t('newMessages'), toEnd, { class: 'jump small', hidden: true });
  open = { number, card, box, jump, lines: new Map(), next: 0, earlier: null, marker: seenUntil(number), started: false, busy: false, again: false, pinned: true };
  open.composer = composer(card, lastOwn);
  open.head = h('header', { class: 'thread-head' });
  open.banner = h('div', { class: 'banner-box' });
  box.addEventListener('scroll', scrolled, { passive: true });
  // Whoever reads the end goes on to do so when a picture loads, or the window changes.
  const stay = () => open?.box === box && open.pinned && toEnd();
  new ResizeObserver(stay).observe(box);
  box.addEventListener('load', stay, true);
  refreshHead(card);
  void begin(open);
  signal('reading', number);
  return h('section', { class: 'thread', 'aria-label': `#${number}` },
    open.head, h('div', { class: 'lines-box' }, box, jump), signs(), open.banner,
    card.ticket.here ? open.composer.element : h('p', { class: 'elsewhere' }, t('elsewhere')));
}

/** What is known of the open ticket has changed. */
export function refreshHead(card) {
  if (open?.number !== card.ticket.number) return;
  open.card = card;
  heading(open.head, card);
  const { ticket: { status, assignee, here }, successor } = card;
  redraw(open.banner, JSON.stringify([status, assignee, here, successor]), () => banners(card));
  open.composer.refresh(card);
}

export function leave() {
  if (open) clearTimeout(open.look);
  open = null;
  clearSigns();
}

// ---- reading ----

async function begin(mine) {
  try {
    const page = await get(`/threads/${mine.number}/messages?last=true`);
    if (mine !== open) return;
    mine.started = true;
    mine.earlier = page.earlier;
    take(mine, page);
    draw();
    toStart();
    // What was told while the first lines were under way.
    if (mine.again) void fill();
  } catch (error) {
    if (mine === open) unreadable(mine, error);
  }
}

function unreadable(mine, error) {
  if (error.status === 401) return complain(error);
  const again = button(t('retry'), () => void begin(mine), { class: 'small' });
  return mine.box.replaceChildren(h('div', { class: 'empty' }, h('p', {}, said(error)), again));
}

function take(mine, page) {
  for (const line of page.messages) mine.lines.set(line.id, line);
  mine.next = Math.max(mine.next, page.next);
}

/** Reads what is new or has changed; one reading at a time, and none is forgotten. */
async function fill() {
  const mine = open;
  mine.again = true;
  if (!mine.started || mine.busy) return;
  mine.busy = true;
  try {
    while (mine.again && mine === open) {
      mine.again = false;
      await readOn(mine);
    }
  } catch (error) {
    if (error.status === 401) complain(error);
  } finally {
    mine.busy = false;
  }
}

async function readOn(mine) {
  for (let more = true; more;) {
    const page = await get(`/threads/${mine.number}/messages?after=${mine.next}`);
    take(mine, page);
    more = page.more;
  }
  if (mine === open) draw();
}

async function readBack() {
  const mine = open;
  if (mine.earlier === null || mine.busyBack) return;
  mine.busyBack = true;
  try {
    const page = await get(`/threads/${mine.number}/messages?before=${mine.earlier}`);
    for (const line of page.messages) if (!mine.lines.has(line.id)) mine.lines.set(line.id, line);
    mine.earlier = page.earlier;
    if (mine === open) keepingPlace(draw);
  } catch (error) {
    complain(error);
  } finally {
    mine.busyBack = false;
  }
}

/** How a reply fares is no news of the thread, so replies on their way are looked at again. */
function lookAgain(mine, tries = 0) {
  clearTimeout(mine.look);
  const held = [...mine.lines.values()].filter(isOnItsWay).map(heldFor);
  if (!held.length || tries >= LOOKS.length) return;
  const after = Math.max(0, Math.min(...held)) + LOOKS[tries];
  mine.look = setTimeout(async () => {
    const page = await get(`/threads/${mine.number}/messages?last=true`).catch(() => null);
    if (mine !== open) return;
    if (page) take(mine, { ...page, next: mine.next });
    draw(tries + 1);
  }, after);
}

const ordered = mine => [...mine.lines.values()].sort((one, other) => one.place - other.place);

// ---- showing ----

function draw(tries = 0) {
  const mine = open;
  const { box } = mine;
  const pinned = mine.pinned;
  const before = box.lastElementChild?.dataset.key;
  const lines = ordered(mine);
  reconcile(box, flow(mine, lines, waiting(mine.number)));
  if (pinned) toEnd();
  else if (box.lastElementChild?.dataset.key !== before) mine.jump.hidden = false;
  seen();
  lookAgain(mine, tries);
}

function keepingPlace(change) {
  const { box } = open;
  const fromEnd = box.scrollHeight - box.scrollTop;
  change();
  box.scrollTop = box.scrollHeight - fromEnd;
}

const atEnd = () => open.box.scrollHeight - open.box.scrollTop - open.box.clientHeight < NEAR_END;

/** A conversation opens at its first new line, or at its end. */
function toStart() {
  const marker = open.box.querySelector('.marker');
  if (marker) marker.scrollIntoView({ block: 'start' });
  else toEnd();
  open.pinned = atEnd();
}

function toEnd() {
  open.box.scrollTop = open.box.scrollHeight;
  open.jump.hidden = true;
}

function scrolled() {
  if (!open?.started) return;
  open.pinned = atEnd();
  if (open.pinned) open.jump.hidden = true;
  if (open.box.scrollTop < NEAR_START) void readBack();
}

function seen() {
  if (document.hidden || !open?.lines.size) return;
  const newest = Math.max(...[...open.lines.values()].map(line => Date.parse(line.at)));
  see(open.number, newest);
}

/** The newest line of one's own that can be edited. */
const lastOwn = () => ordered(open).filter(line => line.from.id === state.me.id && line.message && !line.deleted).pop();

/** Turns to writing: `answer` or `note`. */
export const writeIn = mode => open?.composer.focus(mode);

/** Presses one of the ticket's own buttons, by its name. */
export const act = name => open?.head.querySelector(`[data-act="${name}"]`)?.click();

const whenOpen = (how, concerns = () => true) => word => open && concerns(word) && how(word);

on('thread', whenOpen(fill, word => word.number === open.number));
on('behind', whenOpen(fill));
on('online', whenOpen(() => (open.started ? fill() : begin(open)), is => is));
on('outbox', whenOpen(() => draw(), () => open.started));
on('edit', whenOpen(line => open.composer.edit(line)));
on('fill', whenOpen(text => open.composer.fill(text)));
addEventListener('visibilitychange', whenOpen(seen));
setInterval(whenOpen(() => document.hidden || signal('reading', open.number)), READING_EVERY);
