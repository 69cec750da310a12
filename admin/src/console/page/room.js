// The room of a team itself: commands that belong to no ticket, and what the desk says to them.

import { fresh, get, post } from './api.js';
import { button, h } from './dom.js';
import { on, state, tell } from './store.js';
import { clock } from './time.js';
import { t } from './words.js';

let open = null;

/** The room of a team. */
export function room(team) {
  const box = h('ol', { class: 'lines room-lines', role: 'log', 'aria-label': team, tabindex: '0' });
  const text = h('input', { placeholder: t('roomHint'), 'aria-label': t('commands'), autocomplete: 'off' });
  const form = h('form', { class: 'composer room-composer', on: { submit: event => { event.preventDefault(); void give(team, text); } } },
    text, h('button', { class: 'primary' }, t('send')));
  open = { team, box, next: 0, seen: new Set() };
  void fill();
  return h('section', { class: 'thread', 'aria-label': t('room') },
    h('header', { class: 'thread-head' }, button(t('back'), () => tell('open', null), { class: 'only-narrow link' }), h('div', { class: 'thread-title' }, h('h1', {}, `${t('room')} · ${team}`), h('p', {}, t('roomHint')))),
    h('div', { class: 'lines-box' }, box), form);
}

async function give(team, text) {
  const words = text.value.trim();
  if (!words) return;
  text.value = '';
  add(h('li', { class: 'line out agent' }, h('div', { class: 'bubble' }, h('p', { class: 'text' }, words))));
  try {
    await post(`/rooms/${team}/messages`, { key: fresh(), text: words });
  } catch (error) {
    tell('toast', t('failed', { why: error.message }));
  }
}

async function fill() {
  const mine = open;
  try {
    for (let more = true; more;) {
      const page = await get(`/rooms/${mine.team}/messages?after=${mine.next}`);
      more = page.messages.length > 0 && page.next !== mine.next;
      mine.next = page.next;
      page.messages.filter(line => !mine.seen.has(line.id)).forEach(line => { mine.seen.add(line.id); add(said(line), mine); });
    }
    if (!mine.box.children.length) add(h('li', { class: 'empty' }, t('roomEmpty')), mine);
  } catch (error) {
    tell('toast', t('failed', { why: error.message }));
  }
}

function said(line) {
  return h('li', { class: 'line in system' }, h('div', { class: 'bubble' }, h('div', { class: 'line-head' }, h('span', { class: 'speaker' }, state.desk), h('time', {}, clock(new Date(line.at)))), h('p', { class: 'text' }, line.text)));
}

function add(line, mine = open) {
  if (!mine) return;
  if (mine.box.firstElementChild?.classList.contains('empty')) mine.box.replaceChildren();
  mine.box.append(line);
  mine.box.scrollTop = mine.box.scrollHeight;
}

export function leaveRoom() {
  open = null;
}

on('room', word => open?.team === word.team && fill());
