// Keyboard shortcuts, and the sheet that tells them.

import { button, h } from './dom.js';
import { searchBox, step } from './list.js';
import { state, tell } from './store.js';
import { act, writeIn } from './thread.js';
import { t } from './words.js';

const SHEET = [
  ['j  ↓', 'keyNext'], ['k  ↑', 'keyPrevious'], ['r', 'keyReply'], ['n', 'keyNote'], ['c', 'keyClaim'], ['e', 'keyClose'],
  ['/  Ctrl K', 'keySearch'], ['Enter', 'keySend'], ['Shift Enter', 'keyLine'], ['↑', 'keyEdit'], ['Esc', 'keyBack'], ['?', 'keyHelp'],
];

const KEYS = {
  j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
  r: () => writeIn('answer'), n: () => writeIn('note'), c: () => act('claim'), e: () => act('close'),
  '/': () => searchBox()?.focus(), '?': () => help(),
};

/** Opens the sheet. */
export function help() {
  if (document.querySelector('dialog.sheet')) return;
  const dialog = h('dialog', { class: 'sheet', 'aria-labelledby': 'sheet-title', on: { close: () => dialog.remove() } },
    h('h2', { id: 'sheet-title' }, t('help')),
    h('dl', {}, SHEET.map(([keys, words]) => h('div', {}, h('dt', {}, keys.split('  ').map(key => h('kbd', {}, key))), h('dd', {}, t(words))))),
    button(t('back'), () => dialog.close()));
  document.body.append(dialog);
  dialog.showModal();
}

const isWriting = element => element?.matches?.('input, textarea, select, [contenteditable]');

addEventListener('keydown', event => {
  if (!state.me || event.isComposing || document.querySelector('dialog[open]')) return;
  if (event.key === 'k' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    searchBox()?.focus();
    return;
  }
  if (event.key === 'Escape') {
    if (isWriting(document.activeElement)) document.activeElement.blur();
    else tell('escape');
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  // Arrows scroll where they are; they step only when nothing in particular has the focus.
  if (event.key.startsWith('Arrow') && event.target !== document.body && !event.target.matches('.row')) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
