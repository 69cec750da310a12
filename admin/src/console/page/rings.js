// Sound, desktop notification and the count in the tab, for exactly the events that ring this agent.

import { button, h } from './dom.js';
import { iconButton } from './icons.js';
import { keep, recall } from './kept.js';
import { chime } from './sound.js';
import { go, on, state, tell } from './store.js';
import { ring, rungCount } from './unread.js';
import { t } from './words.js';

const MUTED = 'muted';
const ASKED = 'notices';
let isMuted = recall(MUTED) === 'yes';
/** Of several tabs one rings; without locks (a page without TLS) each does. */
let leads = !navigator.locks;
void navigator.locks?.request('frontdesk.rings', () => new Promise(() => { leads = true; }));

function onRing({ ring: { why }, number }) {
  const looksAtIt = state.current === number && !document.hidden && document.hasFocus();
  if (looksAtIt) return;
  ring(number);
  if (!leads) return;
  if (!isMuted) chime(why === 'urgent');
  notify(t(`ring_${why}`, { number }), number);
}

function notify(text, number) {
  if (document.hasFocus() || globalThis.Notification?.permission !== 'granted') return;
  const notice = new Notification(text, { tag: `frontdesk-${number}`, icon: '/team/icon.svg' });
  notice.onclick = () => {
    focus();
    go(number);
    notice.close();
  };
}

/** The count of rung tickets, in front of the title. */
export function retitle() {
  const count = rungCount();
  document.title = `${count ? `(${count}) ` : ''}${t('teamRoom')} · ${state.desk}`;
}

/** The switch for the sound. */
export function muteButton() {
  const label = t(isMuted ? 'unmute' : 'mute');
  const made = iconButton(isMuted ? 'mute' : 'bell', label, () => {
    toggleMute();
    const other = muteButton();
    made.replaceWith(other);
    other.focus();
  }, { 'aria-pressed': String(isMuted) });
  return made;
}

function toggleMute() {
  isMuted = !isMuted;
  keep(MUTED, isMuted ? 'yes' : 'no');
  tell('toast', t(isMuted ? 'nowMuted' : 'nowUnmuted'));
  if (!isMuted) chime(false);
}

/** Asks politely, once, whether notifications are wanted; the browser itself is asked only after a press. */
export function noticeBar() {
  if (globalThis.Notification?.permission !== 'default' || recall(ASKED)) return null;
  const done = answer => {
    keep(ASKED, answer);
    bar.remove();
  };
  const allow = button(t('notices'), async () => done(await Notification.requestPermission()), { class: 'primary small' });
  const bar = h('div', { class: 'notice-bar' }, h('p', {}, t('noticesAsk')), allow, button(t('notNow'), () => done('later'), { class: 'small quiet' }));
  return bar;
}

on('ring', onRing);
on('unread', retitle);
