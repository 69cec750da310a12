// Where an agent writes: replies, notes, commands, files.

import { get, upload } from './api.js';
import { button, h, icon, iconButton } from './dom.js';
import { sizeOf } from './lines.js';
import { signal } from './live.js';
import { write } from './outbox.js';
import { tell } from './store.js';
import { t } from './words.js';

const LARGEST = 20 * 1024 * 1024;
const TYPING_EVERY = 3_000;
const MOST_HIGH = 220;
const MARKS = /^[/／、\\]/;
const DRAFTS = 'frontdesk.draft.';

/** The composer of a ticket. */
export function composer(number, ticket, actions) {
  const made = { number, mode: 'answer', files: [], editing: null, typed: 0 };
  made.text = h('textarea', {
    rows: '1', 'aria-label': t('answer'), placeholder: t('answerTo'), enterkeyhint: 'send',
    role: 'combobox', 'aria-expanded': 'false', 'aria-autocomplete': 'list', 'aria-controls': 'offers',
    on: { input: () => input(made), keydown: event => key(made, event, actions), paste: event => take(made, event.clipboardData.files) },
  });
  made.text.value = localStorage.getItem(DRAFTS + number) ?? '';
  made.offers = h('ul', { class: 'offers', id: 'offers', role: 'listbox', hidden: true });
  made.chips = h('div', { class: 'uploads' });
  made.modes = ['answer', 'note'].map(mode => button(t(mode), () => focus(made, mode), { role: 'tab', data: { mode } }));
  const picker = h('input', { type: 'file', multiple: true, hidden: true, on: { change: () => { take(made, picker.files); picker.value = ''; } } });
  made.send = button([icon('send'), h('span', {}, t('send'))], () => send(made), { class: 'primary send' });
  made.hint = h('div', { class: 'editing', hidden: true });
  made.element = h('div', { class: 'composer', on: { dragover: event => event.preventDefault(), drop: event => { event.preventDefault(); take(made, event.dataTransfer.files); } } },
    made.hint, made.offers, h('div', { class: 'modes', role: 'tablist' }, made.modes), made.text, made.chips,
    h('div', { class: 'composer-foot' }, iconButton('attach', t('attach'), () => picker.click()), picker, made.send));
  paint(made);
  grow(made);
  return { element: made.element, focus: mode => focus(made, mode), edit: (line, save) => edit(made, line, save) };
}

function focus(made, mode) {
  made.mode = mode;
  paint(made);
  made.text.focus();
}

function paint(made) {
  const note = made.mode === 'note';
  made.element.classList.toggle('as-note', note);
  made.text.placeholder = t(note ? 'noteTo' : 'answerTo');
  made.text.setAttribute('aria-label', t(note ? 'note' : 'answer'));
  for (const tab of made.modes) tab.setAttribute('aria-selected', String(tab.dataset.mode === made.mode));
  made.send.lastChild.textContent = t(made.editing ? 'save' : note ? 'writeNote' : 'send');
}

function grow(made) {
  made.text.style.height = 'auto';
  // Its own border is not part of what it scrolls.
  const height = made.text.scrollHeight + 2;
  made.text.style.height = `${Math.min(height, MOST_HIGH)}px`;
  made.text.style.overflowY = height > MOST_HIGH ? 'auto' : 'hidden';
}

function input(made) {
  grow(made);
  if (!made.editing) localStorage.setItem(DRAFTS + made.number, made.text.value);
  if (Date.now() - made.typed > TYPING_EVERY) {
    made.typed = Date.now();
    signal('typing', made.number);
  }
  void complete(made);
}

async function complete(made) {
  const line = made.text.value;
  if (!MARKS.test(line) || line.includes('\n')) return hide(made);
  try {
    const found = await get(`/commands?prefix=${encodeURIComponent(line)}`);
    if (made.text.value !== line) return undefined;
    const commands = found.commands.map(one => ({ label: one.label, hint: one.hint, value: one.line }));
    const canned = found.canned.map(one => ({ label: one.name, hint: one.text, value: one.text }));
    return offer(made, [...commands, ...canned]);
  } catch {
    return hide(made);
  }
}

function offer(made, all) {
  made.offered = all.slice(0, 12);
  made.chosen = 0;
  made.offers.replaceChildren(...made.offered.map((one, place) => h('li', {
    role: 'option', id: `offer-${place}`, on: { mousedown: event => { event.preventDefault(); accept(made, place); } },
  }, h('strong', {}, one.label), h('span', {}, one.hint))));
  made.offers.hidden = !made.offered.length;
  made.text.setAttribute('aria-expanded', String(!made.offers.hidden));
  mark(made);
}

function mark(made) {
  [...made.offers.children].forEach((one, place) => one.setAttribute('aria-selected', String(place === made.chosen)));
  made.text.setAttribute('aria-activedescendant', made.offered.length ? `offer-${made.chosen}` : '');
  made.offers.children[made.chosen]?.scrollIntoView({ block: 'nearest' });
}

function hide(made) {
  made.offers.hidden = true;
  made.text.setAttribute('aria-expanded', 'false');
}

function accept(made, place) {
  made.text.value = made.offered[place].value;
  made.text.focus();
  hide(made);
  input(made);
}

function key(made, event, actions) {
  // Enter belongs to an input method while it composes.
  if (event.isComposing || event.keyCode === 229) return;
  if (!made.offers.hidden && listKey(made, event)) return event.preventDefault();
  if (event.key === 'Enter' && !event.shiftKey) {
    event.preventDefault();
    send(made);
  } else if (event.key === 'ArrowUp' && !made.text.value) {
    event.preventDefault();
    actions.lastOwn();
  } else if (event.key === 'Escape' && made.editing) {
    event.stopPropagation();
    stop(made);
  }
}

/** Keys of the open list; Enter only takes an offer that would change something. */
function listKey(made, event) {
  const all = made.offered.length;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    made.chosen = (made.chosen + (event.key === 'ArrowDown' ? 1 : all - 1)) % all;
    mark(made);
  } else if (event.key === 'Tab') {
    accept(made, made.chosen);
  } else if (event.key === 'Enter' && made.offered[made.chosen].value.trim() !== made.text.value.trim() && made.offered[made.chosen].value.startsWith(made.text.value)) {
    accept(made, made.chosen);
  } else if (event.key === 'Escape') {
    hide(made);
    event.stopPropagation();
  } else {
    return false;
  }
  return true;
}

function take(made, files) {
  for (const file of files) {
    if (file.size > LARGEST) tell('toast', t('filesTooLarge', { name: file.name }));
    else void load(made, file);
  }
}

async function load(made, file) {
  const bar = h('progress', { max: '1', value: 0, 'aria-label': t('upload', { name: file.name }) });
  const one = { id: null, name: file.name };
  const chip = h('span', { class: 'upload' }, `${file.name} · ${sizeOf(file.size)}`, bar,
    iconButton('close', t('remove'), () => { made.files = made.files.filter(kept => kept !== one); chip.remove(); }));
  made.files.push(one);
  made.chips.append(chip);
  try {
    one.id = (await upload(file, share => { bar.value = share; })).id;
    bar.remove();
  } catch (error) {
    made.files = made.files.filter(kept => kept !== one);
    chip.remove();
    tell('toast', t('failed', { why: error.message }));
  }
}

function send(made) {
  const text = made.text.value.trim();
  if (made.editing) return save(made, text);
  if (made.files.some(file => !file.id)) return undefined;
  if (!text && !made.files.length) return undefined;
  const note = made.mode === 'note' && !MARKS.test(text);
  write(made.number, note ? `/note ${text}` : text, made.files.map(file => file.id), made.files.map(file => file.name));
  made.files = [];
  made.chips.replaceChildren();
  localStorage.removeItem(DRAFTS + made.number);
  if (note) made.mode = 'answer';
  return clear(made);
}

function clear(made) {
  made.text.value = '';
  hide(made);
  paint(made);
  grow(made);
}

function edit(made, line, saving) {
  made.editing = saving;
  made.text.value = line.text;
  made.hint.replaceChildren(t('edit'), button(t('cancel'), () => stop(made), { class: 'link' }));
  made.hint.hidden = false;
  paint(made);
  grow(made);
  made.text.focus();
}

async function save(made, text) {
  const saving = made.editing;
  if (!text) return;
  stop(made);
  try {
    await saving(text);
  } catch (error) {
    tell('toast', t('failed', { why: error.message }));
  }
}

function stop(made) {
  made.editing = null;
  made.hint.hidden = true;
  clear(made);
  made.text.value = localStorage.getItem(DRAFTS + made.number) ?? '';
}
