// What this agent has not looked at yet: tickets with a newer word of the customer than was seen, and
// tickets that rang.

import { elsewhere, keepAs, recallAs } from './kept.js';
import { state, tell } from './store.js';

const MOST = 500;
let seen = recallAs('seen', {});
const rung = new Set();

elsewhere('seen', () => {
  seen = recallAs('seen', {});
  tell('unread');
});

/** Up to when a ticket's lines were seen, in milliseconds; `null` when it never was opened. */
export const seenUntil = number => seen[number] ?? null;

/** Whether a ticket that concerns this agent has something new. */
export function isUnread(ticket) {
  if (rung.has(ticket.number)) return true;
  const concerns = ticket.assignee === null || ticket.assignee === state.me.id;
  return concerns && ticket.waiting_since !== null && Date.parse(ticket.heard) > (seen[ticket.number] ?? 0);
}

/** The agent has seen a ticket up to a time. */
export function see(number, until) {
  const rang = rung.delete(number);
  if (until > (seen[number] ?? 0)) {
    const kept = Object.entries(seen).filter(([other]) => Number(other) !== number).slice(-MOST);
    seen = Object.fromEntries([...kept, [number, until]]);
    keepAs('seen', seen);
    tell('unread');
  } else if (rang) {
    tell('unread');
  }
}

/** A ticket has rung. */
export function ring(number) {
  rung.add(number);
  tell('unread');
}

/** Tickets that rang and were not looked at since. */
export const rungCount = () => rung.size;
