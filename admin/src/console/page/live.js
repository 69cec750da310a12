// Hears of what happens over a WebSocket, and catches up after a gap.

import { state, tell } from './store.js';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
let socket = null;
let since = null;
let pause = FIRST_PAUSE;
let timer = 0;
let wanted = false;

/** Connects, and stays connected until `disconnect`. */
export function connect() {
  wanted = true;
  clearTimeout(timer);
  const address = new URL('/api/v1/live', location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  if (since !== null) address.searchParams.set('since', since);
  socket = new WebSocket(address);
  socket.onmessage = message => hear(JSON.parse(message.data));
  socket.onclose = () => lost();
}

export function disconnect() {
  wanted = false;
  clearTimeout(timer);
  socket?.close();
}

/** Tells colleagues what one does: `typing` or `reading` a ticket. Lost without harm. */
export function signal(what, number) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ [what]: number }));
}

function hear(word) {
  if (word.event === 'hello') {
    since = word.at;
    pause = FIRST_PAUSE;
    online(true);
    return;
  }
  // The greeting of the next connection asks from here on; a little overlap is harmless.
  since = Math.max(since ?? 0, Date.now() - 5_000);
  tell(word.event, word);
}

function lost() {
  if (!wanted) return;
  online(false);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
  timer = setTimeout(connect, pause * (0.5 + Math.random() / 2));
}

function online(is) {
  if (state.online === is) return;
  state.online = is;
  tell('online', is);
}

/** Tries at once, as when somebody presses "try again". */
export function retry() {
  if (socket?.readyState === WebSocket.OPEN) return;
  pause = FIRST_PAUSE;
  connect();
}

addEventListener('online', retry);
addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && wanted && socket?.readyState === WebSocket.CLOSED) retry();
});
