// The frame of the page: three columns on a desk, two and a drawer on a tablet, one at a time on a phone.

import { button, h } from './dom.js';
import { list } from './list.js';
import { retry } from './live.js';
import { noticeBar } from './rings.js';
import { rooms } from './rooms.js';
import { on, state } from './store.js';
import { top } from './top.js';
import { t } from './words.js';

const TOAST_LASTS = 6_000;
let parts = null;

/** Draws the frame; what stands in the middle and at the right is put there by `fillMain`. */
export function shell(app) {
  const offline = h('div', { class: 'offline-bar', role: 'status', hidden: state.online }, h('span', {}, t('offlineBar')), button(t('retry'), retry, { class: 'small' }));
  const cover = h('div', { class: 'cover', on: { click: () => drawer(false) } });
  parts = {
    offline,
    frame: h('div', { class: 'room', data: { view: 'list' } }),
    main: h('main', { class: 'main' }),
    card: h('aside', { class: 'card', 'aria-label': t('cardOf') }),
    toasts: h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' }),
  };
  const left = h('div', { class: 'list' }, top(), noticeBar(), h('nav', { class: 'tickets', 'aria-label': t('tickets') }, list()), rooms());
  parts.frame.append(left, parts.main, cover, parts.card);
  app.replaceChildren(offline, parts.frame, parts.toasts);
}

/** Shows something in the middle, with what belongs to it at the right. */
export function fillMain(content, { card = null, version = '', view = 'main' } = {}) {
  parts.main.replaceChildren(content);
  parts.card.replaceChildren();
  parts.version = null;
  fillCard(card, version);
  drawer(false);
  parts.frame.dataset.view = view;
}

/** Puts a card at the right, unless the same one stands there; what was unfolded stays so. */
export function fillCard(card, version) {
  if (card && parts.version === version) return;
  parts.version = version;
  const held = parts.card.querySelector('input:focus');
  const unfolded = [...parts.card.querySelectorAll('details')].map(one => one.open);
  parts.card.replaceChildren(...(card ? [card] : []));
  parts.card.querySelectorAll('details').forEach((one, place) => { one.open = unfolded[place] ?? false; });
  if (held) parts.card.querySelector(`.${held.className}`)?.focus();
  parts.frame.classList.toggle('has-card', Boolean(card));
}

/** Whether somebody writes in the card just now. */
export const isCardBusy = () => Boolean(parts.card.querySelector('input:focus')?.value);

function drawer(is = !parts.frame.classList.contains('with-card')) {
  parts.frame.classList.toggle('with-card', is);
  if (is) parts.card.querySelector('button')?.focus({ preventScroll: true });
}

/** Puts the drawer away; `false` when it was not out. */
export function closeDrawer() {
  const was = parts.frame.classList.contains('with-card');
  drawer(false);
  return was;
}

function toast(words) {
  const made = h('div', { class: 'toast' }, words);
  parts?.toasts.append(made);
  setTimeout(() => made.remove(), TOAST_LASTS);
}

on('toast', toast);
on('drawer', () => drawer());
on('online', is => { parts.offline.hidden = is; });
