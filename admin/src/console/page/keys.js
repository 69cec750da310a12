// Keyboard shortcuts, and the sheet that tells them.

import { show } from './dialog.js';
import { button, h } from './dom.js';
import { searchBox } from './filters.js';
import { step } from './list.js';
import { go, state, tell } from './store.js';
import { act, writeIn } from './thread.js';
import { t } from './words.js';

const SHEET = [
  ['keysMove', [['j  ↓', 'keyNext'], ['k  ↑', 'keyPrevious'], ['/  Ctrl K', 'keySearch'], ['i', 'keyCard'], ['Esc', 'keyBack']]],
  ['keysWork', [['r', 'keyReply'], ['n', 'keyNote'], ['c', 'keyClaim'], ['a', 'keyAssign'], ['e', 'keyResolve']]],
  ['keysWrite', [['Enter', 'keySend'], ['Shift Enter', 'keyLine'], ['↑', 'keyEdit'], ['/', 'keyCommands'], ['?', 'keyHelp']]],
];

const KEYS = {
  j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
  r: () => writeIn('answer'), n: () => writeIn('note'), c: () => act('claim'), a: () => act('assign'), e: () => act('close'),
  i: () => tell('drawer'), '/': search, '?': help,
};

/** Opens the sheet. */
export function help() {
  const close = button(t('close'), () => dialog.close(), { class: 'small' });
  const parts = SHEET.map(([title, keys]) => h('section', {}, h('h3', {}, t(title)), h('dl', {}, keys.map(([names, words]) =>
    h('div', {}, h('dt', {}, names.split('  ').map(name => h('kbd', {}, name))), h('dd', {}, t(words)))))));
  const dialog = show([h('header', {}, h('h2', { id: 'sheet-title' }, t('shortcuts')), close), h('div', { class: 'sheet-body' }, parts)], { class: 'sheet', 'aria-labelledby': 'sheet-title' });
}

function search() {
  // On a phone the list may not be on the screen.
  if (!searchBox()?.checkVisibility()) go();
  searchBox()?.focus();
}

const isWriting = element => element?.matches?.('input:not([type="checkbox"]), textarea, select');

function pressed(event) {
  if (!state.me || event.isComposing || event.defaultPrevented || document.querySelector('dialog[open]')) return;
  if (event.key === 'k' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    search();
  } else if (event.key === 'Escape') {
    if (isWriting(document.activeElement)) document.activeElement.blur();
    else tell('escape');
  } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !isWriting(event.target)) {
    single(event);
  }
}

function single(event) {
  // Arrows scroll what they stand in; they step only in the list, or when nothing has the focus.
  const steps = event.target === document.body || event.target.matches?.('.row');
  if (event.key.startsWith('Arrow') && !steps) return;
  if (!Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
}

addEventListener('keydown', pressed);
