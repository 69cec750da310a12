// What the page knows, and who wants to hear when it changes.

const listeners = new Map();

/** The state of the page. Parts read it; only the part that owns a field writes it, and says so by `tell`. */
export const state = {
  me: null,
  desk: '',
  teams: [],
  hasPassword: false,
  notesByDefault: false,
  agents: new Map(),
  threads: [],
  counts: null,
  /** The number of the ticket that is open. */
  current: null,
  online: true,
};

/** Hears of a change. */
export function on(event, listener) {
  if (!listeners.has(event)) listeners.set(event, new Set());
  listeners.get(event).add(listener);
}

/** Tells of a change. */
export function tell(event, detail) {
  for (const listener of listeners.get(event) ?? []) listener(detail);
}

/** Goes to a ticket, or to a page of the team room: `team`, `saved`, `kb`, `room/NAME`; nowhere without. */
export function go(where = '') {
  location.hash = where;
}

/** What an agent is called. */
export const nameOf = id => state.agents.get(id)?.display ?? '';

/** Whether the one who is signed in has one of these roles. */
export const mayAs = (...roles) => roles.some(role => state.me?.roles.includes(role));

const SERVES = ['agent', 'lead', 'admin'];

/** Everybody who may be given a ticket. */
export const servers = () => [...state.agents.values()].filter(agent => !agent.disabled && agent.roles.some(role => SERVES.includes(role)));
