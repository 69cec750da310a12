// Which tickets are shown: views with counts, state, team, search.

import { button, h, redraw } from './dom.js';
import { icon, iconButton } from './icons.js';
import { keepAs, recallAs } from './kept.js';
import { on, state, tell } from './store.js';
import { t } from './words.js';

const KEPT = 'filter';
const STATES = ['pending', 'in_progress', 'on_hold', 'resolved', 'closed'];
const SEARCH_AFTER = 250;

/** The views, with what they ask the API for. */
const VIEWS = {
  mine: { assigned: 'me' },
  unclaimed: { assigned: 'nobody', order: 'waiting' },
  waiting: { order: 'waiting' },
  open: {},
};

const filter = { view: 'open', team: '', status: '', ...recallAs(KEPT, {}), search: '' };
if (!(filter.view in VIEWS)) filter.view = 'open';
let parts = null;
let timer = 0;

/** What the API is asked for. */
export function wanted() {
  if (filter.search) return new URLSearchParams({ search: filter.search });
  const { team, status } = filter;
  const given = Object.entries({ ...VIEWS[filter.view], team, status }).filter(([, value]) => value);
  return new URLSearchParams(given);
}

/** Words for a list without tickets. */
export function emptyWords() {
  if (filter.search) return t('noMatch', { words: filter.search });
  if (filter.status || filter.team) return t('noneHere');
  return t(`none_${filter.view}`);
}

/** Whether any choice narrows the list. */
export const isNarrowed = () => Boolean(filter.search || filter.status || filter.team);

/** Shows everything that is open. */
export function widen() {
  change({ view: 'open', team: '', status: '', search: '' });
  parts.search.value = '';
}

function change(to) {
  Object.assign(filter, to);
  const { view, team, status } = filter;
  keepAs(KEPT, { view, team, status });
  draw();
  tell('filter');
}

/** The search box, which the keyboard reaches too. */
export const searchBox = () => parts?.search;

/** The filters above the list. */
export function filters() {
  const search = h('input', {
    type: 'search', placeholder: t('searchHint'), 'aria-label': t('search'), autocomplete: 'off', value: filter.search,
    on: { input: () => typed(search), keydown: event => event.key === 'Enter' && typed(search, 0) },
  });
  const chosen = Boolean(filter.status || filter.team);
  parts = { search, views: h('div', { class: 'views', role: 'group', 'aria-label': t('filters') }), selects: h('div', { class: 'selects', hidden: !chosen }) };
  const toggle = iconButton('filter', t('moreFilters'), () => {
    parts.selects.hidden = !parts.selects.hidden;
    toggle.setAttribute('aria-expanded', String(!parts.selects.hidden));
  }, { 'aria-expanded': String(chosen) });
  draw();
  return h('div', { class: 'filters' }, h('div', { class: 'search' }, icon('search'), search, toggle), parts.views, parts.selects);
}

function typed(search, after = SEARCH_AFTER) {
  clearTimeout(timer);
  timer = setTimeout(() => change({ search: search.value.trim() }), after);
}

function draw() {
  if (!parts) return;
  const held = document.activeElement?.dataset?.view;
  const version = JSON.stringify([filter, state.counts]);
  redraw(parts.views, version, () => Object.keys(VIEWS).map(view));
  if (!parts.selects.contains(document.activeElement)) redraw(parts.selects, version, selects);
  if (held && !parts.views.contains(document.activeElement)) parts.views.querySelector(`[data-view="${held}"]`)?.focus();
}

function view(name) {
  const count = state.counts?.[name];
  const pressed = filter.view === name && !filter.search;
  const label = [h('span', {}, t(`view_${name}`)), count ? h('span', { class: 'count' }, String(count)) : null];
  return button(label, () => change({ view: name, status: '', search: '' }), { 'aria-pressed': String(pressed), data: { view: name } });
}

function selects() {
  const counted = (words, count) => (count ? `${words} (${count})` : words);
  const states = [['', t('anyOpenState')], ...STATES.map(one => [one, counted(t(one), state.counts?.statuses[one])])];
  const teams = [['', t('allTeams')], ...state.teams.map(one => [one, counted(one, state.counts?.teams[one])])];
  return [
    select(t('state'), states, filter.status, status => change({ status })),
    state.teams.length > 1 ? select(t('team'), teams, filter.team, team => change({ team })) : null,
  ].filter(Boolean);
}

function select(label, options, chosen, changed) {
  const made = h('select', { 'aria-label': label, on: { change: () => changed(made.value) } }, options.map(([value, words]) => h('option', { value }, words)));
  made.value = chosen;
  return made;
}

on('counts', draw);
