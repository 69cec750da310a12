// What a browser keeps for this page. Where it keeps nothing, memory does until the page is left.

const PREFIX = 'frontdesk.';
const memory = new Map();

/** A kept value; `null` when there is none. */
export function recall(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return memory.get(name) ?? null;
  }
}

/** Whether what is kept outlives the page. */
export function keeps() {
  try {
    return Boolean(localStorage);
  } catch {
    return false;
  }
}

/** Keeps a text. */
export function keep(name, text) {
  try {
    localStorage.setItem(PREFIX + name, text);
  } catch {
    memory.set(name, text);
  }
}

/** Forgets a value. */
export function forget(name) {
  memory.delete(name);
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // There is nothing to forget then.
  }
}

/** Forgets every value whose name begins so. */
export function forgetAll(prefix) {
  for (const name of [...memory.keys()]) if (name.startsWith(prefix)) memory.delete(name);
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX + prefix)) localStorage.removeItem(name);
  } catch {
    // There is nothing to forget then.
  }
}

/** A kept value that was made by `keepAs`, or `usual`. */
export function recallAs(name, usual) {
  try {
    return JSON.parse(recall(name)) ?? usual;
  } catch {
    return usual;
  }
}

/** Keeps a value as JSON. */
export const keepAs = (name, value) => keep(name, JSON.stringify(value));

/** Hears when another tab has changed a value. */
export function elsewhere(name, listener) {
  addEventListener('storage', event => event.key === PREFIX + name && listener());
}
