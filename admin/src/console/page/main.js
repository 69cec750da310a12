// Puts the parts of the page together.

import { get, post, put, trust } from './api.js';
import { card } from './card.js';
import { button, h, icon, iconButton } from './dom.js';
import { help } from './keys.js';
import { list, reload } from './list.js';
import { connect, disconnect, retry } from './live.js';
import { flush } from './outbox.js';
import { people, readAgents } from './people.js';
import { muteButton, noticeBar, refreshTitle } from './rings.js';
import { leaveRoom, room } from './room.js';
import { hasLink, signIn } from './signin.js';
import { isAdmin, on, state, tell } from './store.js';
import { leave, refreshHead, thread } from './thread.js';
import { language, speak, t } from './words.js';

const app = document.getElementById('app');
let parts = null;
let shown = 0;

async function start() {
  let entered = hasLink();
  if (entered) await signIn(app);
  for (let me = await account(); ; me = await account()) {
    if (me) return begin(me, entered);
    entered = true;
    await signIn(app);
  }
}

async function account() {
  try {
    return await get('/me');
  } catch (error) {
    if (error.status === 401) return null;
    app.replaceChildren(h('main', { class: 'centre' }, h('p', {}, t('failed', { why: error.message })), button(t('retry'), () => location.reload())));
    throw error;
  }
}

async function begin(me, entered) {
  trust(me.csrf);
  if (!localStorage.getItem('frontdesk.language')) speak(me.language);
  Object.assign(state, { me: me.me, desk: me.desk, teams: me.teams, sendHold: me.send_hold_ms, hasPassword: me.has_password });
  // Who has just signed in is at the desk; a reload says nothing new.
  if (entered && me.me.presence === 'offline') await put('/me/presence', { presence: 'online' }).catch(() => {});
  await readAgents().catch(() => {});
  draw();
  connect();
  void reload();
  void flush();
  const opened = location.hash.match(/^#(\d+)$/);
  if (opened) tell('open', Number(opened[1]));
}

function draw() {
  leave();
  parts = { list: h('aside', { class: 'list' }), main: h('main', { class: 'main' }), card: h('aside', { class: 'card', 'aria-label': t('card') }), offline: offlineBar() };
  parts.list.append(...[top(), noticeBar(), list(), rooms()].filter(Boolean));
  parts.main.append(welcome());
  app.replaceChildren(parts.offline, h('div', { class: 'room', data: { view: 'list' } }, parts.list, parts.main, parts.card), h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' }));
  refreshTitle();
}

function top() {
  const presence = h('select', { 'aria-label': t('presence'), class: `presence-select ${state.me.presence}`, on: { change: () => setPresence(presence) } },
    ['online', 'away', 'offline'].map(one => h('option', { value: one }, t(one))));
  presence.value = state.me.presence;
  on('agents', () => { presence.value = state.me.presence; presence.className = `presence-select ${state.me.presence}`; });
  return h('header', { class: 'top' }, h('strong', { class: 'desk' }, state.desk), presence, muteButton(),
    iconButton('people', t('people'), () => page(people())), menu());
}

function menu() {
  const speakOther = () => {
    speak(language() === 'zh' ? 'en' : 'zh');
    const number = state.current;
    draw();
    void reload();
    tell('open', number);
  };
  return h('details', { class: 'menu' }, h('summary', { 'aria-label': t('accountSettings') }, state.me.display.slice(0, 2)),
    h('div', {}, h('p', {}, `${state.me.display} · ${state.me.roles.join(', ')}`), button(t('theme'), speakOther), button(t('help'), help), button(t('signOut'), signOut)));
}

function rooms() {
  return h('nav', { class: 'rooms', 'aria-label': t('room') }, state.teams.map(team => button([icon('room'), ` ${t('room')} · ${team}`], () => page(room(team)), { class: 'link' })));
}

async function setPresence(select) {
  try {
    await put('/me/presence', { presence: select.value });
  } catch (error) {
    tell('toast', t('failed', { why: error.message }));
  }
}

async function signOut() {
  disconnect();
  await post('/sign-out').catch(() => {});
  location.hash = '';
  location.reload();
}

function offlineBar() {
  const bar = h('div', { class: 'offline-bar', role: 'alert', hidden: state.online }, t('offlineBar'), button(t('retry'), retry, { class: 'small' }));
  return bar;
}

/** What the middle shows while no ticket is open; guidance while there is nothing yet. */
function welcome() {
  const nothing = state.loaded && state.counts.open === 0 && !state.threads.length;
  if (!nothing) return h('div', { class: 'welcome' }, h('p', {}, t('pickThread')));
  const script = `<script src="${location.origin}/widget.js" data-channel="…"></script>`;
  return h('div', { class: 'welcome first' }, h('h1', {}, t('firstTicket')), h('p', {}, t('firstTicketHelp')),
    h('ul', {}, h('li', {}, t('firstWidget'), h('code', {}, script)),
      h('li', {}, t('firstKnowledge'), h('code', {}, 'frontdesk kb import faq.csv --publish')),
      isAdmin() && state.agents.size < 2 ? h('li', {}, t('firstTeam'), ' ', button(t('firstTeamLink'), () => page(people()), { class: 'link' })) : null));
}

function page(content) {
  leave();
  leaveRoom();
  state.current = null;
  parts.main.replaceChildren(content);
  parts.card.replaceChildren();
  show('main');
  tell('current');
  return content;
}

function show(view) {
  document.querySelector('.room').dataset.view = view;
}

async function openTicket(number) {
  const turn = ++shown;
  leave();
  leaveRoom();
  state.current = number;
  history.replaceState(null, '', number ? `#${number}` : location.pathname);
  tell('current');
  if (!number) {
    parts.main.replaceChildren(welcome());
    parts.card.replaceChildren();
    return show('list');
  }
  show('main');
  try {
    const found = await get(`/threads/${number}`);
    if (turn !== shown) return undefined;
    parts.main.replaceChildren(thread(found));
    return parts.card.replaceChildren(card(found));
  } catch (error) {
    if (error.status === 401) return tell('signed-out');
    return parts.main.replaceChildren(h('div', { class: 'welcome' }, h('p', {}, t('failed', { why: error.message })), button(t('retry'), () => openTicket(number))));
  }
}

async function refreshCard(number) {
  if (number !== state.current || !number) return;
  try {
    const found = await get(`/threads/${number}`);
    if (number !== state.current) return;
    refreshHead(found);
    if (!parts.card.contains(document.activeElement)) parts.card.replaceChildren(card(found));
  } catch {
    // The next event tries again.
  }
}

function toast(words) {
  const made = h('div', { class: 'toast' }, words);
  document.querySelector('.toasts')?.append(made);
  setTimeout(() => made.remove(), 6_000);
}

on('open', number => void openTicket(number));
on('ticket', word => void refreshCard(word.number));
on('agents', () => void refreshCard(state.current));
on('behind', () => void refreshCard(state.current));
on('threads', () => {
  if (!state.current && parts.main.querySelector('.welcome')) parts.main.replaceChildren(welcome());
});
on('toast', toast);
on('online', is => { parts.offline.hidden = is; });
on('drawer', () => document.querySelector('.room').classList.toggle('with-card'));
on('escape', () => {
  const narrow = document.querySelector('.room');
  if (narrow.classList.contains('with-card')) narrow.classList.remove('with-card');
  else tell('open', null);
});
on('signed-out', () => {
  disconnect();
  location.reload();
});

await start();
