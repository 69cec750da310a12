// Begins: signs in, reads what everything stands on, and goes where the address says.

import './keys.js';
import { account } from './account.js';
import { get, post, put, trust } from './api.js';
import { card } from './card.js';
import { button, h } from './dom.js';
import { said } from './errors.js';
import { guide } from './guide.js';
import { forget, keep, keeps, recall } from './kept.js';
import { reload } from './list.js';
import { connect, disconnect } from './live.js';
import { flush } from './outbox.js';
import { retitle } from './rings.js';
import { leaveRoom, room } from './room.js';
import { saved } from './saved.js';
import { closeDrawer, fillCard, fillMain, isCardBusy, shell } from './shell.js';
import { hasLink, signIn } from './signin.js';
import { go, on, state, tell } from './store.js';
import { readAgents, team } from './team.js';
import { leave, refreshHead, thread } from './thread.js';
import { prefer, t } from './words.js';

const app = document.getElementById('app');
/** Kept while there is a session: without one the server need not be asked in vain. */
const SIGNED_IN = 'signed-in';
const SETTLE = 120;
/** The answer to an older question comes too late. */
let turn = 0;
let timer = 0;

async function start() {
  let entered = hasLink() || (keeps() && !recall(SIGNED_IN));
  if (entered) await signIn(app);
  for (let me = await who(); ; me = await who()) {
    if (me) return begin(me, entered);
    entered = true;
    await signIn(app);
  }
}

async function who() {
  for (;;) {
    try {
      return await get('/me');
    } catch (error) {
      if (error.status === 401) return null;
      await again(error);
    }
  }
}

/** Says what is wrong until somebody wants to try again. */
function again(error) {
  return new Promise(done => {
    const retry = button(t('retry'), done, { class: 'primary' });
    app.replaceChildren(h('main', { class: 'centre' }, h('p', { role: 'alert' }, t('failed', { why: said(error) })), retry));
  });
}

async function begin(me, entered) {
  trust(me.csrf);
  keep(SIGNED_IN, 'yes');
  prefer(me.language);
  Object.assign(state, { me: me.me, desk: me.desk, teams: me.teams, hasPassword: me.has_password, notesByDefault: me.notes_by_default });
  // Who has just signed in is at the desk; a reload says nothing new.
  if (entered && me.me.presence === 'offline') await put('/me/presence', { presence: 'online' }).catch(() => {});
  try {
    await readAgents();
  } catch (error) {
    if (error.status === 403) return noDesk();
  }
  draw();
  connect();
  void flush();
}

/** A role that serves nobody has nothing to do here but to look after its account. */
function noDesk() {
  const out = button(t('signOut'), () => void post('/sign-out').finally(signedOut), { class: 'link' });
  app.replaceChildren(h('main', { class: 'centre' }, h('p', {}, t('noDesk')), account(), out));
}

function draw() {
  leave();
  shell(app);
  retitle();
  void reload();
  void route();
}

const PAGES = { team: () => team(), account: () => account(), saved: () => saved(), room: name => room(name), kb: rest => knowledge(rest) };

/** Whoever only answers customers need not load it. */
async function knowledge(rest) {
  const section = await import('./knowledge.js').catch(() => null);
  return section ? section.knowledge(rest) : h('div', { class: 'guide' }, h('div', { class: 'quiet-middle' }, h('p', {}, t('failed', { why: t('error_unreachable') })), button(t('retry'), () => location.reload())));
}

/** Shows what the address says. */
async function route() {
  const mine = ++turn;
  const [name, rest] = decodeURIComponent(location.hash.slice(1)).split(/\/(.*)/);
  leave();
  leaveRoom();
  state.current = /^\d+$/.test(name) ? Number(name) : null;
  tell('current');
  if (state.current !== null) return openTicket(state.current, mine);
  if (Object.hasOwn(PAGES, name)) {
    const content = await PAGES[name](rest);
    return mine === turn ? fillMain(content) : undefined;
  }
  return fillMain(guide(), { view: 'list' });
}

async function openTicket(number, mine) {
  try {
    const found = await get(`/threads/${number}`);
    if (mine === turn) fillMain(thread(found), { card: card(found), version: JSON.stringify(found) });
  } catch (error) {
    if (error.status === 401) return tell('signed-out');
    if (mine !== turn) return undefined;
    const words = error.status === 404 ? t('noSuchTicket', { number }) : said(error);
    return fillMain(h('div', { class: 'guide' }, h('div', { class: 'quiet-middle' }, h('p', {}, words), button(t('retry'), () => void route()))));
  }
  return undefined;
}

/** A line changes the thread and the ticket at once; one reading answers both. */
function refreshSoon(number) {
  if (!number || number !== state.current) return;
  clearTimeout(timer);
  timer = setTimeout(() => void refresh(number), SETTLE);
}

async function refresh(number) {
  const found = await get(`/threads/${number}`).catch(() => null);
  // The next event tries again.
  if (!found || number !== state.current) return;
  refreshHead(found);
  if (!isCardBusy()) fillCard(card(found), JSON.stringify(found));
}

function signedOut() {
  disconnect();
  forget(SIGNED_IN);
  location.reload();
}

/** A link that is opened in a tab where the page is already begins anew. */
function moved() {
  if (hasLink()) location.reload();
  else if (state.me) void route();
}

addEventListener('hashchange', moved);
for (const event of ['ticket', 'thread']) on(event, word => refreshSoon(word.number));
for (const event of ['agents', 'behind', 'online']) on(event, () => refreshSoon(state.current));
on('unsure', () => void get('/me').catch(error => error.status === 401 && signedOut()));
on('language', draw);
on('signed-out', signedOut);
on('escape', () => closeDrawer() || go());

await start();
