// One ticket in the list.

import { agentFace, avatar } from './avatar.js';
import { h } from './dom.js';
import { nameOf, state } from './store.js';
import { since } from './time.js';
import { isUnread } from './unread.js';
import { t } from './words.js';

const TAGS = 2;

/** A row, as `reconcile` takes it. */
export function row(ticket) {
  const seen = { unread: isUnread(ticket), current: state.current === ticket.number, age: age(ticket) };
  const agent = state.agents.get(ticket.assignee);
  const version = JSON.stringify([ticket, seen, agent?.display, agent?.presence, document.documentElement.lang]);
  return { key: String(ticket.number), version, make: () => h('li', {}, link(ticket, seen)) };
}

function age(ticket) {
  return since(ticket.waiting_since ?? ticket.last?.at ?? ticket.updated);
}

function link(ticket, { unread, current, age: words }) {
  const name = ticket.customer || t('visitor');
  return h('a', {
    class: `row ${unread ? 'unread' : ''}`, href: `#${ticket.number}`, 'aria-current': current ? 'true' : null, data: { number: ticket.number },
  },
  h('span', { class: 'row-face' }, avatar(name), h('span', { class: `dot ${ticket.status}`, role: 'img', 'aria-label': t(ticket.status), title: t(ticket.status) })),
  h('span', { class: 'row-body' },
    h('span', { class: 'row-top' }, h('span', { class: 'who' }, name), wait(ticket, words)),
    h('span', { class: 'row-subject' }, h('span', { class: 'number' }, `#${ticket.number}`), ticket.subject),
    h('span', { class: 'row-last' }, h('span', { class: 'row-words' }, last(ticket)), unread ? h('span', { class: 'badge', role: 'img', 'aria-label': t('unread') }) : null, holder(ticket)),
    labels(ticket)));
}

function wait(ticket, words) {
  const waits = Boolean(ticket.waiting_since);
  const label = waits && words !== t('justNow') ? t('waitingFor', { time: words }) : words;
  return h('time', { class: waits ? 'wait' : null, datetime: ticket.waiting_since ?? ticket.updated, title: label }, label);
}

function last({ last: line }) {
  if (!line) return '';
  const files = line.files ? `[${t('file')}] ` : '';
  const who = line.direction === 'out' ? `${t('reply')}: ` : line.direction === 'note' ? `${t('note')}: ` : '';
  return who + files + line.text;
}

function holder(ticket) {
  if (!ticket.assignee) return h('span', { class: 'nobody' }, t('unclaimed'));
  return h('span', { class: 'holder', role: 'img', 'aria-label': t('assignedTo', { name: nameOf(ticket.assignee) }) }, agentFace(ticket.assignee));
}

function labels(ticket) {
  const chips = [
    ticket.priority === 'normal' ? null : h('span', { class: `chip ${ticket.priority}` }, t(ticket.priority)),
    ticket.status === 'on_hold' ? h('span', { class: 'chip' }, t('on_hold')) : null,
    state.teams.length > 1 ? h('span', { class: 'chip' }, ticket.team) : null,
    ...ticket.tags.slice(0, TAGS).map(tag => h('span', { class: 'chip tag' }, tag)),
    ticket.tags.length > TAGS ? h('span', { class: 'chip tag' }, `+${ticket.tags.length - TAGS}`) : null,
  ].filter(Boolean);
  return chips.length ? h('span', { class: 'row-chips' }, chips) : null;
}
