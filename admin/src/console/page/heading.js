// The head of a conversation: what it is about, and what can be done with the ticket. The buttons give
// the same commands that can be typed.

import { choice, ask } from './dialog.js';
import { button, h, redraw } from './dom.js';
import { icon, iconButton } from './icons.js';
import { menuButton } from './menu.js';
import { write } from './outbox.js';
import { go, nameOf, servers, state, tell } from './store.js';
import { moment } from './time.js';
import { t } from './words.js';

const LEVELS = ['urgent', 'high', 'normal', 'low'];
/** How long a ticket may rest, as the command takes it. */
const RESTS = ['1h', '4h', '1d', '3d', '7d'];

/** Whether nobody works on a ticket any more. */
export const isOver = ticket => ticket.status === 'resolved' || ticket.status === 'closed';

/** Draws the head; a menu that is open stays open until it is used. */
export function heading(head, card) {
  if (head.querySelector('[role="menu"]')) return;
  const held = head.contains(document.activeElement) ? document.activeElement.dataset.act : null;
  const { number, subject, status, priority, assignee } = card.ticket;
  const shown = [number, subject, status, priority, assignee, nameOf(assignee), card.hold];
  redraw(head, JSON.stringify(shown), () => parts(card));
  if (held && !head.contains(document.activeElement)) head.querySelector(`[data-act="${held}"]`)?.focus();
}

function parts(card) {
  const { ticket } = card;
  return [
    iconButton('back', t('back'), () => go(), { class: 'icon-button only-narrow' }),
    h('div', { class: 'thread-title' }, h('h1', { dir: 'auto' }, ticket.subject || t('noSubject')), h('p', {}, standing(card))),
    h('div', { class: 'actions' }, actions(ticket)),
    iconButton('info', t('cardOf'), () => tell('drawer'), { class: 'icon-button only-not-wide', data: { act: 'card' } }),
  ];
}

function standing({ ticket, hold }) {
  const who = ticket.assignee ? nameOf(ticket.assignee) : t('unclaimed');
  return [
    h('span', { class: 'number' }, `#${ticket.number}`), h('span', { class: `dot ${ticket.status}` }), t(ticket.status), ' · ', who,
    hold ? ` · ${t('restsUntil', { time: moment(new Date(hold.until)), why: hold.reason })}` : '',
  ];
}

function actions(ticket) {
  if (isOver(ticket)) return [button(t('reopen'), () => write(ticket.number, '/reopen'), { class: 'primary', data: { act: 'reopen' } })];
  const isMine = ticket.assignee === state.me.id;
  const claim = button(t('claim'), () => write(ticket.number, '/claim'), { class: ticket.assignee ? '' : 'primary', data: { act: 'claim' } });
  const close = button([icon('check'), h('span', {}, t('resolve'))], () => write(ticket.number, '/close'), { class: isMine ? 'primary' : '', data: { act: 'close' } });
  return [isMine ? null : claim, assign(ticket), close, others(ticket)].filter(Boolean);
}

function assign(ticket) {
  const people = () => [
    ...servers().map(agent => ({
      label: agent.id === state.me.id ? t('toMe') : agent.display, hint: t(agent.presence), chosen: agent.id === ticket.assignee,
      press: () => write(ticket.number, `/assign ${agent.name}`),
    })),
    ...(ticket.assignee ? [null, { label: t('release'), press: () => write(ticket.number, '/assign none') }] : []),
  ];
  return menuButton([h('span', {}, t('assign')), icon('down')], people, { data: { act: 'assign' } });
}

/** Everything that is done less often. */
function others(ticket) {
  const items = () => [
    h('p', { class: 'menu-title' }, t('priority')),
    ...LEVELS.map(level => ({ label: t(level), chosen: level === ticket.priority, press: () => write(ticket.number, `/priority ${level}`) })),
    null,
    ...(ticket.status === 'on_hold' ? [] : [{ label: t('putOnHold'), press: () => void putOnHold(ticket) }]),
    { label: t('resolveQuietly'), hint: t('resolveQuietlyHelp'), press: () => write(ticket.number, '/close silent') },
  ];
  return menuButton(icon('more'), items, { class: 'icon-button', title: t('moreActions'), 'aria-label': t('moreActions'), data: { act: 'more' } });
}

async function putOnHold(ticket) {
  const why = h('input', { required: true, maxlength: '200', autocomplete: 'off' });
  const rest = choice(RESTS.map(one => [one, t(`rest_${one}`)]), '1d');
  const fields = [{ name: 'why', label: t('holdWhy'), control: why }, { name: 'rest', label: t('holdFor'), control: rest }];
  const given = await ask({ title: t('putOnHold'), text: t('putOnHoldHelp'), fields, confirm: t('putOnHold') });
  if (given) write(ticket.number, `/hold ${given.why} ${given.rest}`);
}
