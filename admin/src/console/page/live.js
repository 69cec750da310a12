// Hears of what happens over a WebSocket, and catches up after a gap.

import { state, tell } from './store.js';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/** What may have been under way when a connection broke, in milliseconds. */
const OVERLAP = 5_000;
let socket = null;
let pause = FIRST_PAUSE;
let timer = 0;
let wanted = false;
let greeted = false;
/** The server's time of the last sign of life; our own clock may be wrong, so only its pace counts. */
let heard = null;

/** Connects, and stays connected until `disconnect`. */
export function connect() {
  wanted = true;
  clearTimeout(timer);
  socket?.close();
  const opened = new WebSocket(address());
  socket = opened;
  opened.onmessage = message => hear(JSON.parse(message.data));
  opened.onclose = () => opened === socket && lost();
}

function address() {
  const url = new URL('/api/v1/live', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  if (heard) url.searchParams.set('since', heard.server - OVERLAP);
  return url;
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
  const now = performance.now();
  if (word.event === 'hello') {
    const isFirst = heard === null;
    heard = { server: word.at, here: now };
    pause = FIRST_PAUSE;
    greeted = true;
    online(true);
    // What was read before the first greeting may be older than what is heard from now on.
    if (isFirst) tell('behind');
    return;
  }
  if (heard) heard = { server: heard.server + Math.round(now - heard.here), here: now };
  tell(word.event, word);
}

function lost() {
  socket = null;
  if (!wanted) return;
  // A session that has ended is turned away like a server that is away: only asking tells them apart.
  if (!greeted) tell('unsure');
  greeted = false;
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
  if (!wanted || socket?.readyState === WebSocket.OPEN) return;
  pause = FIRST_PAUSE;
  connect();
}

addEventListener('online', retry);
// A broken network is noticed by the browser long before the connection times out.
addEventListener('offline', () => wanted && socket?.close());
addEventListener('visibilitychange', () => document.visibilityState === 'visible' && retry());
