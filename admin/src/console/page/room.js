// The room of a team itself: commands that belong to no ticket, what the desk says to them, and a word
// between colleagues.

import { fresh, get, post } from './api.js';
import { avatar } from './avatar.js';
import { h, linked, reconcile } from './dom.js';
import { attempt, complain } from './errors.js';
import { icon, iconButton } from './icons.js';
import { offers } from './offers.js';
import { go, on, state, tell } from './store.js';
import { clock, day, full } from './time.js';
import { t } from './words.js';

const NEAR_END = 80;
let open = null;
const news = new Set();

/** Whether something was said in a room that is not open. */
export const hasNews = team => news.has(team);

/** The room of a team. */
export function room(team) {
  const box = h('div', { class: 'lines', role: 'log', 'aria-label': t('roomOf', { team }), tabindex: '0' });
  open = { team, box, next: 0, lines: new Map() };
  news.delete(team);
  tell('room-seen');
  void fill();
  return h('section', { class: 'thread', 'aria-label': t('roomOf', { team }) },
    h('header', { class: 'thread-head' }, iconButton('back', t('back'), () => go(), { class: 'icon-button only-narrow' }),
      h('div', { class: 'thread-title' }, h('h1', {}, t('roomOf', { team })), h('p', {}, t('roomHelp')))),
    h('div', { class: 'lines-box' }, box), writing(team));
}

function writing(team) {
  const field = h('textarea', {
    rows: '1', role: 'combobox', 'aria-expanded': 'false', 'aria-autocomplete': 'list', 'aria-haspopup': 'listbox', 'aria-label': t('roomWrite'), placeholder: t('roomHint'),
    enterkeyhint: 'send', on: { input: () => list.complete(), keydown: event => key(event) },
  });
  const list = offers(field, () => list.complete());
  const send = () => void give(team, field, list);
  const key = event => {
    if (event.isComposing || event.keyCode === 229) return;
    if (list.key(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  };
  return h('div', { class: 'composer room-composer' }, list.element, field,
    h('button', { type: 'button', class: 'primary send', on: { click: send } }, icon('send'), h('span', {}, t('send'))));
}

async function give(team, field, list) {
  const text = field.value.trim();
  if (!text) return;
  list.close();
  const given = await attempt(() => post(`/rooms/${encodeURIComponent(team)}/messages`, { key: fresh(), text }));
  if (given && field.value.trim() === text) field.value = '';
}

async function fill() {
  const mine = open;
  try {
    for (let more = true; more && mine === open;) {
      const page = await get(`/rooms/${encodeURIComponent(mine.team)}/messages?after=${mine.next}`);
      more = page.messages.length > 0 && page.next !== mine.next;
      mine.next = page.next;
      for (const line of page.messages) mine.lines.set(line.id, line);
    }
    if (mine === open) draw();
  } catch (error) {
    if (error.code === 'not_found') mine.box.replaceChildren(h('div', { class: 'empty' }, h('p', {}, t('roomElsewhere'))));
    else complain(error);
  }
}

function draw() {
  const { box, lines } = open;
  const pinned = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
  reconcile(box, lines.size ? flow([...lines.values()]) : [{ key: 'empty', version: '', make: empty }]);
  if (pinned) box.scrollTop = box.scrollHeight;
}

const empty = () => h('div', { class: 'empty' }, h('p', {}, t('roomEmpty')));

function flow(lines) {
  let before = '';
  return lines.flatMap(line => {
    const heading = day(new Date(line.at));
    const shown = heading === before ? [] : [{ key: `day ${heading}`, version: heading, make: () => h('div', { class: 'day', role: 'separator' }, h('span', {}, heading)) }];
    before = heading;
    return [...shown, { key: line.id, version: document.documentElement.lang, make: () => said(line) }];
  });
}

function said({ from, at, text }) {
  const name = from.who === 'agent' ? (from.id === state.me.id ? t('you') : from.name) : state.desk;
  const side = from.who === 'agent' ? (from.id === state.me.id ? 'out agent' : 'in') : 'in by-desk';
  return h('div', { class: `line ${side}` }, from.who === 'agent' && from.id !== state.me.id ? avatar(from.name, { class: 'small' }) : null,
    h('div', { class: 'bubble' }, h('div', { class: 'line-head' }, h('span', { class: 'speaker' }, name), h('time', { datetime: at, title: full(new Date(at)) }, clock(new Date(at)))),
      h('p', { class: 'text', dir: 'auto' }, linked(text))));
}

export function leaveRoom() {
  open = null;
}

on('room', ({ team }) => {
  if (open?.team === team) void fill();
  else if (state.teams.includes(team)) news.add(team);
  tell('room-seen');
});
on('online', is => is && open && void fill());
