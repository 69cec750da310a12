// The conversation in the middle.

import { get } from './api.js';
import { composer } from './composer.js';
import { button, h, iconButton } from './dom.js';
import { lineView } from './lines.js';
import { signal } from './live.js';
import { drop, waiting, write } from './outbox.js';
import { nameOf, on, state, tell } from './store.js';
import { day } from './time.js';
import { t } from './words.js';

const NEAR_END = 80;
const TYPING_LASTS = 6_000;
const READING_EVERY = 20_000;
let open = null;

/** Shows a ticket's conversation in the middle; `card` is what is known of it. */
export function thread(card) {
  const { number } = card.ticket;
  const box = h('ol', { class: 'lines', role: 'log', 'aria-label': t('thread'), 'aria-live': 'polite', tabindex: '0' },
    Array.from({ length: 4 }, (_, place) => h('li', { class: `skeleton ${place % 2 ? 'right' : ''}` })));
  const signs = h('div', { class: 'signs', 'aria-live': 'polite' });
  const jump = button(t('newMessages'), () => toEnd(), { class: 'jump small', hidden: true });
  open = { number, card, box, signs, jump, lines: new Map(), next: 0, seen: null, busy: false, again: false, people: new Map() };
  open.composer = composer(number, card.ticket, { lastOwn, failed });
  box.addEventListener('scroll', () => atEnd() && (jump.hidden = true));
  const head = h('header', { class: 'thread-head' });
  open.head = head;
  drawHead();
  const body = card.ticket.here ? open.composer.element : h('p', { class: 'elsewhere' }, t('elsewhere'));
  void fill();
  signal('reading', number);
  return h('section', { class: 'thread', 'aria-label': `#${number}` }, head, h('div', { class: 'lines-box' }, box, jump), signs, body);
}

/** What is known of the open ticket has changed. */
export function refreshHead(card) {
  if (!open || open.number !== card.ticket.number) return;
  open.card = card;
  drawHead();
}

function drawHead() {
  const { ticket, hold } = open.card;
  const command = line => () => write(open.number, line);
  const closed = ticket.status === 'resolved' || ticket.status === 'closed';
  const mine = ticket.assignee === state.me.id;
  const actions = closed ? [button(t('reopen'), command('/reopen'), { class: 'primary' })] : [
    mine ? null : button(t('claim'), command('/claim'), { class: ticket.assignee ? '' : 'primary', data: { act: 'claim' } }),
    assign(ticket),
    priority(ticket),
    ticket.status === 'on_hold' ? null : button(t('hold'), () => {
      const why = prompt(t('holdWhy'));
      if (why?.trim()) write(open.number, `/hold ${why.trim()}`);
    }, { class: 'quiet' }),
    button(t('close'), command('/close'), { class: mine ? 'primary' : '', data: { act: 'close' } }),
  ];
  open.head.replaceChildren(
    iconButton('back', t('back'), () => tell('open', null), { class: 'icon-button only-narrow' }),
    h('div', { class: 'thread-title' },
      h('h1', {}, h('span', { class: 'number' }, `#${ticket.number}`), ` ${ticket.subject}`),
      h('p', {}, h('span', { class: `dot ${ticket.status}` }), t(ticket.status), ' · ', ticket.assignee ? nameOf(ticket.assignee) : t('free'),
        hold ? ` · ${t('onHoldUntil', { time: new Date(hold.until).toLocaleString(), why: hold.reason })}` : '')),
    h('div', { class: 'actions' }, actions),
    iconButton('info', t('info'), () => tell('drawer'), { class: 'icon-button only-not-wide' }));
}

function assign(ticket) {
  const others = [...state.agents.values()].filter(agent => !agent.disabled && agent.roles.some(role => ['agent', 'lead', 'admin'].includes(role)));
  const made = h('select', { 'aria-label': t('assign'), on: { change: () => made.value && write(open.number, made.value) } },
    h('option', { value: '' }, t('assign')),
    others.filter(agent => agent.id !== ticket.assignee).map(agent => h('option', { value: `/assign ${agent.name}` }, agent.display)),
    ticket.assignee ? h('option', { value: '/assign none' }, t('free')) : null);
  return made;
}

function priority(ticket) {
  const made = h('select', { 'aria-label': t('priority'), on: { change: () => write(open.number, `/priority ${made.value}`) } },
    ['low', 'normal', 'high', 'urgent'].map(level => h('option', { value: level }, t(level))));
  made.value = ticket.priority;
  return made;
}

async function fill() {
  const mine = open;
  if (mine.busy) {
    mine.again = true;
    return;
  }
  mine.busy = true;
  try {
    do {
      mine.again = false;
      await readAll(mine);
    } while (mine.again);
  } catch (error) {
    if (mine === open && !mine.lines.size) mine.box.replaceChildren(h('li', { class: 'empty' }, t('failed', { why: error.message }), button(t('retry'), () => fill())));
    if (error.status === 401) tell('signed-out');
  } finally {
    mine.busy = false;
  }
}

async function readAll(mine) {
  for (let more = true; more;) {
    const page = await get(`/threads/${mine.number}/messages?after=${mine.next}`);
    for (const line of page.messages) mine.lines.set(line.id, line);
    mine.next = page.next;
    more = page.more;
  }
  if (mine === open) draw();
}

function draw() {
  const first = open.seen === null;
  const stay = !first && !atEnd();
  // In the order of the desk; a line that changed keeps its place.
  const lines = [...open.lines.values()];
  const grown = lines.length > (open.seen ?? lines.length);
  const shown = withDays(lines);
  open.box.replaceChildren(...shown, ...waiting(open.number).map(pending));
  open.seen = lines.length;
  if (stay) open.jump.hidden = !grown && open.jump.hidden;
  else toEnd();
  seen();
}

function withDays(lines) {
  const shown = [];
  let before = '';
  for (const line of lines) {
    const heading = day(new Date(line.at));
    if (heading !== before) shown.push(h('li', { class: 'day', role: 'separator' }, heading));
    before = heading;
    shown.push(lineView(open.number, line, { failed, edit: open.composer.edit }));
  }
  return shown;
}

/** A line on its way, or one that was refused. */
function pending(line) {
  const words = line.refused ? t('failed', { why: line.refused }) : t(state.online ? 'sending' : 'waitingToSend');
  const away = line.refused ? button(t('remove'), () => drop(line.key), { class: 'link' }) : null;
  return h('li', { class: `line out agent pending ${line.refused ? 'refused' : ''}` },
    h('div', { class: 'bubble' }, h('p', { class: 'text' }, line.text), line.names.map(name => h('p', { class: 'file' }, `📎 ${name}`)),
      h('div', { class: 'line-foot' }, h('span', { class: line.refused ? 'fare bad' : 'fare' }, words), away)));
}

const atEnd = () => open.box.scrollHeight - open.box.scrollTop - open.box.clientHeight < NEAR_END;

function toEnd() {
  open.box.scrollTop = open.box.scrollHeight;
  open.jump.hidden = true;
}

function seen() {
  if (!document.hidden && state.unread.delete(open.number)) tell('unread');
}

/** The newest line of one's own that can be edited. */
function lastOwn() {
  const line = [...open.lines.values()].filter(one => one.from.id === state.me.id && one.message && !one.deleted).pop();
  if (!line) return;
  open.box.querySelector(`[data-id="${line.id}"] .tools button`)?.click();
}

function failed(error) {
  tell('toast', t('failed', { why: error.message }));
}

function sign(agent, what, name) {
  open.people.set(`${what}:${agent ?? ''}`, { what, name, until: Date.now() + (what === 'typing' ? TYPING_LASTS : READING_EVERY * 1.5) });
  drawSigns();
}

function drawSigns() {
  for (const [key, one] of open.people) if (one.until < Date.now()) open.people.delete(key);
  const names = what => [...open.people.values()].filter(one => one.what === what).map(one => one.name);
  const typing = names('typing').filter(Boolean);
  const customer = names('typing').includes('');
  const reading = names('reading').filter(name => !typing.includes(name));
  open.signs.replaceChildren(...[
    customer ? t('customerTyping') : '',
    typing.length ? t('typing', { names: typing.join(', ') }) : '',
    reading.length ? t('reading', { names: reading.join(', ') }) : '',
  ].filter(Boolean).map(words => h('span', {}, words)));
}

/** The part of the composer that takes the keys `r` and `n`. */
export const writeIn = mode => open?.composer.focus(mode);
export const act = name => open?.head.querySelector(`[data-act="${name}"]`)?.click();
export function leave() {
  open = null;
}

on('thread', word => open?.number === word.number && fill());
on('behind', () => open && fill());
on('online', is => is && open && fill());
on('outbox', () => open?.seen !== null && open && draw());
on('typing', word => open?.number === word.number && sign(word.agent, 'typing', word.agent ? nameOf(word.agent) : ''));
on('reading', word => open?.number === word.number && sign(word.agent, 'reading', nameOf(word.agent)));
setInterval(() => open?.people.size && drawSigns(), 2_000);
setInterval(() => open && !document.hidden && signal('reading', open.number), READING_EVERY);
addEventListener('visibilitychange', () => open && seen());

// The countdown of replies that can still be undone.
setInterval(() => {
  if (!open) return undefined;
  for (const undo of open.box.querySelectorAll('.undo')) {
    const left = Date.parse(undo.dataset.until) - Date.now();
    if (left > 0) undo.firstChild.textContent = t('undoIn', { seconds: Math.ceil(left / 1000) });
    else return draw();
  }
  return undefined;
}, 250);

