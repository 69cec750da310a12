// What the page knows, and who wants to hear when it changes.

const listeners = new Map();

/** The state of the page. Parts read it; only the parts that own a field write it, and say so by `tell`. */
export const state = {
  me: null,
  desk: '',
  teams: [],
  sendHold: 0,
  agents: new Map(),
  threads: [],
  next: null,
  counts: { mine: 0, unclaimed: 0, open: 0 },
  loaded: false,
  filter: { view: 'open', team: '', status: '', search: '' },
  current: null,
  unread: new Map(),
  online: true,
};

/** Hears of a change; gives what ends the hearing. */
export function on(event, listener) {
  if (!listeners.has(event)) listeners.set(event, new Set());
  listeners.get(event).add(listener);
  return () => listeners.get(event).delete(listener);
}

/** Tells of a change. */
export function tell(event, detail) {
  for (const listener of listeners.get(event) ?? []) listener(detail);
}

export const nameOf = id => state.agents.get(id)?.display ?? '';
export const isAdmin = () => state.me?.roles.includes('admin') ?? false;
