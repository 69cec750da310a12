// The tickets at the left: filters, search, one row for each.

import { get } from './api.js';
import { button, h, icon } from './dom.js';
import { nameOf, on, state, tell } from './store.js';
import { span } from './time.js';
import { t } from './words.js';

const VIEWS = ['mine', 'unclaimed', 'longest', 'open'];
const STATES = ['pending', 'in_progress', 'on_hold', 'resolved', 'closed'];
const SEARCH_AFTER = 250;
const TICK = 30_000;
let rows = null;
let tabs = null;
let asked = 0;
let searchTimer = 0;

/** The left column. */
export function list() {
  rows = h('ul', { class: 'rows', 'aria-label': t('tickets'), 'aria-busy': 'true' });
  tabs = h('div', { class: 'tabs', role: 'tablist', 'aria-label': t('filters') });
  drawTabs();
  rows.append(...Array.from({ length: 6 }, () => h('li', { class: 'skeleton' })));
  return h('div', { class: 'list-body' }, search(), tabs, selects(), rows);
}

function search() {
  const input = h('input', {
    type: 'search', id: 'search', placeholder: t('searchHint'), 'aria-label': t('search'), value: state.filter.search,
    on: {
      input: () => {
        clearTimeout(searchTimer);
        searchTimer = setTimeout(() => filter({ search: input.value.trim() }), SEARCH_AFTER);
      },
    },
  });
  return h('div', { class: 'search' }, icon('search'), input);
}

function drawTabs() {
  const counts = { mine: state.counts.mine, unclaimed: state.counts.unclaimed, open: state.counts.open };
  tabs.replaceChildren(...VIEWS.map(view => {
    const chosen = state.filter.view === view;
    const label = view === 'open' ? t('open') : t(view);
    const count = counts[view] === undefined ? null : h('span', { class: 'count' }, String(counts[view]));
    return button([label, count], () => filter({ view, status: '' }), { role: 'tab', 'aria-selected': String(chosen), data: { view } });
  }));
}

function selects() {
  const states = select(t('state'), [['', `${t('state')}: ${t('open')}`], ...STATES.map(one => [one, t(one)])], state.filter.status, status => filter({ status }));
  const teams = state.teams.length < 2 ? null : select(t('team'), [['', t('allTeams')], ...state.teams.map(one => [one, one])], state.filter.team, team => filter({ team }));
  return h('div', { class: 'selects' }, states, teams);
}

function select(label, options, chosen, change) {
  const made = h('select', { 'aria-label': label, on: { change: () => change(made.value) } },
    options.map(([value, words]) => h('option', { value }, words)));
  made.value = chosen;
  return made;
}

function filter(change) {
  Object.assign(state.filter, change);
  drawTabs();
  void reload();
}

function query() {
  const { view, team, status, search } = state.filter;
  const asked = new URLSearchParams();
  if (view === 'mine') asked.set('assigned', 'me');
  if (view === 'unclaimed') asked.set('assigned', 'nobody');
  if (view === 'longest' || view === 'unclaimed') asked.set('order', 'waiting');
  if (team) asked.set('team', team);
  if (status) asked.set('status', status);
  if (search) asked.set('search', search);
  return asked;
}

/** Reads the list anew, as long as the part that is shown. */
export async function reload() {
  const turn = ++asked;
  const wanted = query();
  wanted.set('limit', String(Math.min(200, Math.max(50, state.threads.length))));
  try {
    const page = await get(`/threads?${wanted}`);
    if (turn === asked) show(page, []);
  } catch (error) {
    if (turn === asked) failed(error);
  }
}

async function more() {
  const wanted = query();
  wanted.set('after', state.next);
  show(await get(`/threads?${wanted}`), state.threads);
}

function show(page, before) {
  state.threads = [...before, ...page.threads];
  state.next = page.next;
  state.counts = page.counts;
  state.loaded = true;
  rows.removeAttribute('aria-busy');
  draw();
  drawTabs();
  tell('threads');
}

function failed(error) {
  if (error.status === 401) return tell('signed-out');
  if (state.threads.length) return undefined;
  return rows.replaceChildren(h('li', { class: 'empty' }, h('p', {}, t('failed', { why: error.message })), button(t('retry'), () => reload())));
}

function draw() {
  const kept = rows.contains(document.activeElement) ? document.activeElement.dataset.number : null;
  const shown = state.threads.map(row);
  if (state.next) shown.push(h('li', {}, button(t('loadMore'), () => more(), { class: 'more' })));
  rows.replaceChildren(...(shown.length ? shown : [empty()]));
  if (kept) rows.querySelector(`[data-number="${kept}"]`)?.focus();
}

function empty() {
  const { view, search, status } = state.filter;
  if (search || status || state.counts.open) return h('li', { class: 'empty' }, t(search || status ? 'noMatch' : view === 'mine' ? 'noMine' : 'noUnclaimed'));
  return h('li', { class: 'empty' }, h('strong', {}, t('firstTicket')), h('p', {}, t('firstTicketHelp')));
}

function row(ticket) {
  const { number } = ticket;
  const unread = state.unread.get(number) ?? 0;
  const open = () => tell('open', number);
  const made = button([
    h('span', { class: 'row-top' },
      h('span', { class: `dot ${ticket.status}`, title: t(ticket.status) }),
      h('span', { class: 'who' }, ticket.customer || t('customer')),
      wait(ticket)),
    h('span', { class: 'row-subject' }, h('span', { class: 'number' }, `#${number}`), ticket.subject),
    h('span', { class: 'row-last' }, last(ticket)),
    h('span', { class: 'row-foot' },
      ticket.priority === 'normal' ? null : h('span', { class: `chip ${ticket.priority}` }, t(ticket.priority)),
      h('span', { class: 'chip' }, ticket.channel),
      ticket.tags.slice(0, 2).map(tag => h('span', { class: 'chip tag' }, tag)),
      h('span', { class: 'assignee' }, ticket.assignee ? nameOf(ticket.assignee) : t('free')),
      unread ? h('span', { class: 'badge', 'aria-label': t('unread') }, String(unread)) : null),
  ], open, { class: 'row', 'aria-current': state.current === number ? 'true' : null, data: { number } });
  return h('li', { class: unread ? 'unread' : null }, made);
}

function wait(ticket) {
  const since = ticket.waiting_since ?? ticket.updated;
  const words = ticket.waiting_since ? t('waiting', { time: span(Date.now() - Date.parse(since)) }) : span(Date.now() - Date.parse(since));
  return h('time', { class: ticket.waiting_since ? 'wait' : null, datetime: since }, words);
}

function last(ticket) {
  if (!ticket.last) return '';
  const files = ticket.last.files ? `📎 ` : '';
  const who = ticket.last.direction === 'out' ? '↩ ' : ticket.last.direction === 'note' ? '✎ ' : '';
  return who + files + ticket.last.text;
}

/** Goes to the ticket before (−1) or after (+1) the one that is open. */
export function step(by) {
  const at = state.threads.findIndex(ticket => ticket.number === state.current);
  const next = state.threads[at < 0 ? 0 : at + by];
  if (next) tell('open', next.number);
}

export const searchBox = () => document.getElementById('search');

let again = 0;
function soon() {
  clearTimeout(again);
  again = setTimeout(() => reload(), 150);
}

on('ticket', soon);
on('thread', soon);
on('behind', soon);
on('unread', () => rows && draw());
on('agents', () => rows && state.loaded && draw());
on('current', () => rows && state.loaded && draw());
on('online', is => is && soon());
setInterval(() => rows?.isConnected && state.loaded && draw(), TICK);
