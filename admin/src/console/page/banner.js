// What should be known before one writes: that a ticket is over, or that it is somebody else's.

import { button, h } from './dom.js';
import { isOver } from './heading.js';
import { write } from './outbox.js';
import { go, nameOf, state } from './store.js';
import { t } from './words.js';

/** The notices above the composer. */
export function banners({ ticket, successor }) {
  if (!ticket.here) return [];
  if (successor) return [banner(t('earlierTicket', { number: successor }), t('openTicket', { number: successor }), () => go(successor))];
  if (isOver(ticket)) return [banner(t('ticketIsOver'), t('reopen'), () => write(ticket.number, '/reopen'))];
  if (ticket.assignee && ticket.assignee !== state.me.id) {
    return [banner(t('othersTicket', { name: nameOf(ticket.assignee) }), t('claim'), () => write(ticket.number, '/claim'))];
  }
  return [];
}

function banner(words, label, press) {
  return h('div', { class: 'banner' }, h('p', {}, words), button(label, press, { class: 'small' }));
}
