// The top of the left column: the desk, and one's own presence and settings.

import { post, put } from './api.js';
import { avatar } from './avatar.js';
import { h } from './dom.js';
import { attempt } from './errors.js';
import { iconButton } from './icons.js';
import { forgetAll } from './kept.js';
import { help } from './keys.js';
import { disconnect } from './live.js';
import { menuButton } from './menu.js';
import { muteButton } from './rings.js';
import { go, on, state, tell } from './store.js';
import { language, speak, t } from './words.js';

const PRESENCES = ['online', 'away', 'offline'];

/** The top. */
export function top() {
  return h('header', { class: 'top' }, me(), h('div', { class: 'desk' }, h('strong', {}, state.desk), h('span', { class: 'dim', data: { part: 'presence' } }, t(state.me.presence))),
    muteButton(), iconButton('people', t('team'), () => go('team')), iconButton('help', t('shortcuts'), help, { class: 'icon-button not-touched' }));
}

function me() {
  const face = [avatar(state.me.display), h('span', { class: `presence ${state.me.presence}`, data: { part: 'dot' } })];
  const items = () => [
    h('p', { class: 'menu-title' }, `${state.me.display} · @${state.me.name}`),
    ...PRESENCES.map(presence => ({ label: t(presence), chosen: state.me.presence === presence, press: () => void setPresence(presence) })),
    null,
    { label: t('savedTitle'), press: () => go('saved') },
    { label: t('account'), press: () => go('account') },
    { label: t('otherLanguage'), press: otherLanguage },
    { label: t('signOut'), press: () => void signOut() },
  ];
  return menuButton(h('span', { class: 'face' }, face), items, { class: 'me', title: t('me'), 'aria-label': t('me') });
}

async function setPresence(presence) {
  await attempt(() => put('/me/presence', { presence }));
}

function otherLanguage() {
  speak(language() === 'zh' ? 'en' : 'zh');
  tell('language');
}

async function signOut() {
  disconnect();
  await post('/sign-out').catch(() => {});
  // Drafts are nobody else's business; what was written and is not sent yet waits for its writer.
  forgetAll('draft.');
  history.replaceState(null, '', location.pathname);
  tell('signed-out');
}

on('agents', () => {
  const { presence } = state.me;
  document.querySelector('.top [data-part="presence"]')?.replaceChildren(t(presence));
  const dot = document.querySelector('.top [data-part="dot"]');
  if (dot) dot.className = `presence ${presence}`;
});
