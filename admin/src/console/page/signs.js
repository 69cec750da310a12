// Who types in the open ticket, and who else looks at it.

import { h } from './dom.js';
import { nameOf, on, state } from './store.js';
import { t } from './words.js';

/** How long a sign counts, in milliseconds. */
const LASTS = { typing: 6_000, reading: 30_000 };
const TICK = 2_000;
const people = new Map();
let box = null;

/** The line above the composer. */
export function signs() {
  box = h('div', { class: 'signs', 'aria-live': 'polite' });
  return box;
}

export function clearSigns() {
  people.clear();
  box = null;
}

function note(what, word) {
  if (!box || word.number !== state.current) return;
  people.set(`${what}:${word.agent ?? ''}`, { what, agent: word.agent ?? null, until: Date.now() + LASTS[what] });
  draw();
}

function draw() {
  for (const [key, one] of people) if (one.until < Date.now()) people.delete(key);
  const typing = agents('typing');
  const reading = agents('reading').filter(agent => !typing.includes(agent));
  const shown = [
    agents('typing').includes(null) ? h('span', { class: 'typing' }, t('customerTyping'), dots()) : null,
    named('agentTyping', typing.filter(Boolean)),
    named('agentReading', reading),
  ].filter(Boolean);
  // Nothing is said again to a screen reader as long as it stays the same.
  if (shown.map(one => one.textContent).join() !== box.dataset.said) box.replaceChildren(...shown);
  box.dataset.said = shown.map(one => one.textContent).join();
}

const agents = what => [...people.values()].filter(one => one.what === what).map(one => one.agent);
const named = (key, ids) => (ids.length ? h('span', {}, t(key, { names: ids.map(nameOf).join(', ') })) : null);
const dots = () => h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));

on('typing', word => note('typing', word));
on('reading', word => note('reading', word));
setInterval(() => box && people.size && draw(), TICK);
