// Completion while one types: commands with what they take, and saved replies.

import { get } from './api.js';
import { h } from './dom.js';
import { t } from './words.js';

const MARK = /^[/／、\\]/;
const MOST = 14;
let count = 0;

/** The list that belongs to a field; `changed` hears when an offer was taken. */
export function offers(field, changed) {
  const made = { field, changed, all: [], chosen: 0, id: `offers-${++count}` };
  made.element = h('ul', { class: 'offers', id: made.id, role: 'listbox', 'aria-label': t('commands'), hidden: true });
  field.setAttribute('aria-controls', made.id);
  field.addEventListener('blur', () => close(made));
  return { element: made.element, complete: () => void complete(made), open: text => open(made, text), close: () => close(made), key: event => key(made, event) };
}

function open(made, text) {
  if (!MARK.test(made.field.value)) made.field.value = text;
  made.field.focus();
  made.changed();
}

async function complete(made) {
  const line = made.field.value;
  if (!MARK.test(line) || line.includes('\n')) return close(made);
  const found = await get(`/commands?prefix=${encodeURIComponent(line)}`).catch(() => null);
  // Somebody who types fast has gone on meanwhile.
  if (!found || made.field.value !== line || document.activeElement !== made.field) return undefined;
  const commands = found.commands.map(one => ({ label: one.label, hint: one.hint, value: one.line }));
  const saved = found.canned.map(one => ({ label: one.name, hint: one.text, value: one.text, isSaved: true }));
  return show(made, [...commands, ...saved].slice(0, MOST));
}

function show(made, all) {
  made.all = all;
  made.chosen = 0;
  made.byHand = false;
  made.element.replaceChildren(...all.map((one, place) => option(made, one, place)));
  made.element.hidden = !all.length;
  made.field.setAttribute('aria-expanded', String(all.length > 0));
  mark(made);
}

function option(made, one, place) {
  const press = event => {
    event.preventDefault();
    accept(made, place);
  };
  return h('li', { role: 'option', id: `${made.id}-${place}`, class: one.isSaved ? 'saved' : null, on: { pointerdown: press } },
    h('strong', {}, one.label), h('span', {}, one.hint));
}

function mark(made) {
  [...made.element.children].forEach((one, place) => one.setAttribute('aria-selected', String(place === made.chosen)));
  if (made.all.length) made.field.setAttribute('aria-activedescendant', `${made.id}-${made.chosen}`);
  else made.field.removeAttribute('aria-activedescendant');
  made.element.children[made.chosen]?.scrollIntoView({ block: 'nearest' });
}

function close(made) {
  made.element.hidden = true;
  made.field.setAttribute('aria-expanded', 'false');
  made.field.removeAttribute('aria-activedescendant');
}

function accept(made, place) {
  made.field.value = made.all[place].value;
  close(made);
  made.field.focus();
  made.changed();
}

/**
 * Whether Enter takes the offer instead of sending the line: it was looked for in the list, it is a saved
 * reply, or it finishes the word that is being typed. A line that is complete is never changed by Enter.
 */
function isMeant({ all, chosen, byHand, field: { value } }) {
  const offer = all[chosen];
  const finishes = !/\s$/.test(value) && offer.value.startsWith(value) && offer.value.trim() !== value;
  return byHand || finishes || (offer.isSaved && !/\s/.test(value));
}

/** Keys of the open list. */
function key(made, event) {
  if (made.element.hidden) return false;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    made.byHand = true;
    made.chosen = (made.chosen + (event.key === 'ArrowDown' ? 1 : made.all.length - 1)) % made.all.length;
    mark(made);
  } else if (event.key === 'Tab' && !event.shiftKey) {
    accept(made, made.chosen);
  } else if (event.key === 'Enter' && !event.shiftKey && isMeant(made)) {
    accept(made, made.chosen);
  } else if (event.key === 'Escape') {
    close(made);
  } else {
    return false;
  }
  return true;
}
