// What the middle shows while nothing is open: guidance on a new desk, a word otherwise.

import { get } from './api.js';
import { button, h } from './dom.js';
import { icon } from './icons.js';
import { go, mayAs, on, state, tell } from './store.js';
import { t } from './words.js';

let start = null;
let box = null;

/** The middle without a ticket. */
export function guide() {
  box = h('div', { class: 'guide' });
  draw();
  void look();
  return box;
}

/** What is there may have changed since the page was opened; on a desk at work nothing is asked again. */
async function look() {
  if (start && !steps().length) return;
  start = await get('/start').catch(() => start);
  draw();
}

function draw() {
  if (!box) return;
  const open = start ? steps() : [];
  box.replaceChildren(...(open.length ? firstDay(open) : [quiet()]));
}

function quiet() {
  const { counts } = state;
  const words = counts?.unclaimed ? t('someWait', { n: counts.unclaimed }) : t('pickThread');
  return h('div', { class: 'quiet-middle' }, icon('room'), h('p', {}, words), h('p', { class: 'dim' }, t('pickHint'), ' ', h('kbd', {}, '?')));
}

function firstDay(open) {
  return [h('h1', {}, t('welcome', { name: state.me.display })), h('p', { class: 'dim' }, t('welcomeHelp')), h('ol', { class: 'steps' }, open)];
}

/** What is still to be done on a new desk. */
function steps() {
  return [
    start.tickets ? null : howCustomersCome(),
    start.articles ? null : one('firstArticles', t('firstArticlesHelp'), code('frontdesk kb import faq.csv --publish')),
    start.colleagues || !mayAs('admin') ? null : one('firstTeam', t('firstTeamHelp'), button(t('openTeam'), () => go('team'), { class: 'small' })),
  ].filter(Boolean);
}

function howCustomersCome() {
  const web = start.channels.find(channel => channel.widget);
  const page = start.customer_page;
  return one('firstTicket', t('firstTicketHelp'), [
    web ? [h('p', {}, t('firstWidget')), code(`<script src="${location.origin}/widget.js" data-channel="${web.name}" async></script>`)] : null,
    page ? h('p', { class: 'dim' }, t('firstDemo'), ' ', h('a', { href: page, target: '_blank', rel: 'noopener' }, t('firstDemoLink'))) : null,
    web || page ? null : h('p', {}, t('firstChannels', { names: start.channels.map(channel => channel.name).join(', ') })),
  ]);
}

const one = (key, help, content) => h('li', { class: 'panel' }, h('h2', {}, t(key)), h('p', { class: 'dim' }, help), content);

function code(text) {
  const copy = async () => {
    await navigator.clipboard?.writeText(text).catch(() => {});
    if (navigator.clipboard) tell('toast', t('copied'));
  };
  return h('div', { class: 'code' }, h('code', {}, text), button(t('copyText'), () => void copy(), { class: 'small' }));
}

on('counts', draw);
on('ticket', () => box?.isConnected && void look());
