// Where an agent writes: replies, notes, commands, files.

import { patch, fresh } from './api.js';
import { attachments } from './attachments.js';
import { button, h } from './dom.js';
import { attempt } from './errors.js';
import { icon, iconButton } from './icons.js';
import { forget, keep, recall } from './kept.js';
import { signal } from './live.js';
import { offers } from './offers.js';
import { write } from './outbox.js';
import { state } from './store.js';
import { t } from './words.js';

const TYPING_EVERY = 3_000;
const HIGHEST = 220;
const MARK = /^[/／、\\]/;
const draftOf = number => `draft.${state.me.id}.${number}`;

/** The composer of a ticket; `lastOwn` gives the newest line that can be edited. */
export function composer({ ticket: { number } }, lastOwn) {
  const made = { number, mode: 'answer', editing: null, typed: 0 };
  made.text = h('textarea', {
    rows: '1', role: 'combobox', 'aria-expanded': 'false', 'aria-autocomplete': 'list', 'aria-controls': 'offers', 'aria-haspopup': 'listbox',
    dir: 'auto', enterkeyhint: 'send', on: { input: () => input(made), keydown: event => key(made, event, lastOwn), paste: event => paste(made, event) },
  });
  made.offers = offers(made.text, () => input(made));
  made.files = attachments(() => paint(made));
  made.modes = ['answer', 'note'].map(mode => button(t(`mode_${mode}`), () => focus(made, mode), { data: { mode } }));
  made.send = button([icon('send'), h('span', {})], () => send(made), { class: 'primary send' });
  made.hint = h('div', { class: 'editing', hidden: true });
  made.element = element(made);
  made.text.value = recall(draftOf(number)) ?? '';
  paint(made);
  // Its height can be known only once it stands on the page.
  requestAnimationFrame(() => grow(made));
  return { element: made.element, focus: mode => focus(made, mode), edit: line => edit(made, line), fill: text => fill(made, text), refresh: () => paint(made) };
}

function element(made) {
  const picker = h('input', { type: 'file', multiple: true, hidden: true, tabindex: '-1', 'aria-hidden': 'true', on: { change: () => {
    made.files.add(picker.files);
    picker.value = '';
  } } });
  const drop = event => {
    event.preventDefault();
    made.element.classList.remove('dropping');
    made.files.add(event.dataTransfer.files);
  };
  const over = event => {
    event.preventDefault();
    made.element.classList.add('dropping');
  };
  const leave = event => made.element.contains(event.relatedTarget) || made.element.classList.remove('dropping');
  return h('div', { class: 'composer', on: { dragover: over, dragleave: leave, drop } },
    h('p', { class: 'drop-hint', 'aria-hidden': 'true' }, t('dropHere')),
    made.offers.element, h('div', { class: 'modes', role: 'group', 'aria-label': t('whoReads') }, made.modes), made.hint, made.text, made.files.element,
    h('div', { class: 'composer-foot' },
      iconButton('attach', t('attach'), () => picker.click()), picker,
      iconButton('saved', t('savedReplies'), () => made.offers.open('/')),
      h('span', { class: 'keys-hint' }, t('sendHint')), made.send));
}

function focus(made, mode) {
  made.mode = mode;
  paint(made);
  made.text.focus();
}

/** Whether what is written stays with the team. */
const isNote = made => (made.editing ? made.editing.kind === 'note' : made.mode === 'note');

function paint(made) {
  const note = isNote(made);
  made.element.classList.toggle('as-note', note);
  made.element.classList.toggle('is-editing', Boolean(made.editing));
  made.text.placeholder = t(note ? 'noteTo' : 'answerTo');
  made.text.setAttribute('aria-label', t(note ? 'mode_note' : 'mode_answer'));
  for (const tab of made.modes) tab.setAttribute('aria-pressed', String(tab.dataset.mode === made.mode));
  made.send.lastChild.textContent = t(made.editing ? 'save' : note ? 'addNote' : 'send');
  made.send.disabled = made.files.isBusy();
}

function grow(made) {
  made.text.style.height = 'auto';
  // Its own border is not part of what it scrolls.
  const height = made.text.scrollHeight + 2;
  made.text.style.height = `${Math.min(height, HIGHEST)}px`;
  made.text.style.overflowY = height > HIGHEST ? 'auto' : 'hidden';
}

function input(made) {
  grow(made);
  if (!made.editing) keepDraft(made);
  if (made.text.value && Date.now() - made.typed > TYPING_EVERY) {
    made.typed = Date.now();
    signal('typing', made.number);
  }
  made.offers.complete();
}

function keepDraft({ number, text }) {
  if (text.value) keep(draftOf(number), text.value);
  else forget(draftOf(number));
}

function key(made, event, lastOwn) {
  // Enter belongs to an input method while it composes.
  if (event.isComposing || event.keyCode === 229) return;
  if (made.offers.key(event)) {
    event.preventDefault();
    event.stopPropagation();
  } else if (event.key === 'Enter' && !event.shiftKey) {
    event.preventDefault();
    send(made);
  } else if (event.key === 'ArrowUp' && !made.text.value && !made.editing) {
    const line = lastOwn();
    if (!line) return;
    event.preventDefault();
    edit(made, line);
  } else if (event.key === 'Escape' && made.editing) {
    event.stopPropagation();
    stop(made);
  }
}

function paste(made, event) {
  if (!event.clipboardData.files.length) return;
  event.preventDefault();
  made.files.add(event.clipboardData.files);
}

function send(made) {
  const text = made.text.value.trim();
  if (made.editing) return void save(made, text);
  if (made.files.isBusy() || (!text && made.files.isEmpty())) return undefined;
  write(made.number, line(made, text), made.files.take());
  forget(draftOf(made.number));
  if (made.mode === 'note') made.mode = 'answer';
  return clear(made);
}

/** What is typed, as the command that means it where plain text means something else. */
function line(made, text) {
  if (MARK.test(text)) return text;
  if (made.mode === 'note') return `/note ${text}`;
  return state.notesByDefault ? `/reply ${text}` : text;
}

function clear(made) {
  made.text.value = '';
  made.offers.close();
  paint(made);
  grow(made);
}

function edit(made, line) {
  made.editing = line;
  made.text.value = line.text;
  made.hint.replaceChildren(h('span', {}, t(line.kind === 'note' ? 'editingNote' : 'editing')), button(t('cancel'), () => stop(made), { class: 'link' }));
  made.hint.hidden = false;
  paint(made);
  grow(made);
  made.text.focus();
}

/** Begins an answer with these words. */
function fill(made, text) {
  made.mode = 'answer';
  made.text.value = text;
  paint(made);
  grow(made);
  made.text.focus();
}

async function save(made, text) {
  const { editing, number } = made;
  // An empty line would be a deletion, which has a button of its own.
  if (!text) return;
  stop(made);
  if (text !== editing.text) await attempt(() => patch(`/threads/${number}/messages/${editing.message}`, { key: fresh(), text }));
}

function stop(made) {
  made.editing = null;
  made.hint.hidden = true;
  made.text.value = recall(draftOf(made.number)) ?? '';
  made.offers.close();
  paint(made);
  grow(made);
  made.text.focus();
}
