// Sound, notifications and the count in the tab, for exactly the events that concern this agent.

import { button, h, iconButton } from './dom.js';
import { on, state, tell } from './store.js';
import { t } from './words.js';

const KEPT = 'frontdesk.muted';
const ASKED = 'frontdesk.notices';
let muted = localStorage.getItem(KEPT) === 'yes';
let sound = null;

on('ring', word => ring(word));
on('unread', () => count());

function ring({ ring: { why }, number }) {
  if (state.current !== number || document.hidden) {
    state.unread.set(number, (state.unread.get(number) ?? 0) + 1);
    tell('unread');
  }
  if (!muted) chime(why === 'urgent');
  notify(t(`ring_${why}`, { number }), number);
}

/** Two short tones; three for what is urgent. */
function chime(urgent) {
  try {
    sound ??= new AudioContext();
    const tones = urgent ? [880, 660, 880] : [660, 880];
    tones.forEach((pitch, place) => tone(pitch, sound.currentTime + place * 0.16));
  } catch {
    // A browser without sound still shows the count.
  }
}

function tone(pitch, at) {
  const [source, volume] = [sound.createOscillator(), sound.createGain()];
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.15);
  source.connect(volume).connect(sound.destination);
  source.start(at);
  source.stop(at + 0.16);
}

function notify(text, number) {
  if (!document.hidden || globalThis.Notification?.permission !== 'granted') return;
  const notice = new Notification(text, { tag: `frontdesk-${number}`, icon: '/team/icon.svg' });
  notice.onclick = () => {
    focus();
    tell('open', number);
    notice.close();
  };
}

function count() {
  const unread = [...state.unread.values()].reduce((sum, one) => sum + one, 0);
  document.title = (unread ? `(${unread}) ` : '') + `${t('teamRoom')} · ${state.desk}`;
}

/** The switch for the sound. */
export function muteButton() {
  const label = () => t(muted ? 'unmute' : 'mute');
  const made = iconButton(muted ? 'mute' : 'bell', label(), () => {
    muted = !muted;
    localStorage.setItem(KEPT, muted ? 'yes' : 'no');
    made.replaceWith(muteButton());
  }, { 'aria-pressed': String(muted) });
  return made;
}

/** Asks politely, once, whether notifications are wanted; the browser is asked only after a press. */
export function noticeBar() {
  const possible = globalThis.Notification?.permission === 'default' && !localStorage.getItem(ASKED);
  if (!possible) return null;
  const done = answer => {
    localStorage.setItem(ASKED, answer);
    bar.remove();
  };
  const allow = button(t('notices'), async () => done(await Notification.requestPermission()), { class: 'primary small' });
  const bar = h('div', { class: 'notice-bar' }, h('p', {}, t('noticesAsk')), allow, button(t('notNow'), () => done('later'), { class: 'small' }));
  return bar;
}

export const refreshTitle = count;
