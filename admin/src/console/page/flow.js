// The lines of a conversation with what stands between them: days, the mark of new lines, lines on their way.

import { h } from './dom.js';
import { footOf, lineView, pendingView } from './line.js';
import { state } from './store.js';
import { day } from './time.js';
import { t } from './words.js';

/** Lines of one speaker within so many milliseconds stand together. */
const TOGETHER = 5 * 60_000;

/** Everything to show, as `reconcile` takes it. */
export function flow({ number, card, marker, earlier }, lines, pending) {
  const shown = [];
  if (earlier !== null) shown.push(fixed('earlier', () => h('div', { class: 'skeleton', 'aria-hidden': 'true' })));
  let before = null;
  let marked = marker === null;
  for (const line of lines.filter(isShown)) {
    const heading = day(new Date(line.at));
    const isNewDay = !before || day(new Date(before.at)) !== heading;
    if (isNewDay) shown.push(separator(`day ${heading}`, 'day', heading));
    const isNew = !marked && line.from.who === 'customer' && Date.parse(line.at) > marker;
    if (isNew) shown.push(separator('marker', 'marker', t('newMessages')));
    marked ||= isNew;
    const follows = !isNewDay && !isNew && belongsTo(before, line);
    shown.push(one(number, card, line, follows, lines));
    before = line;
  }
  return [...shown, ...pending.map(line => ({ key: line.key, version: JSON.stringify([line, state.online]), make: () => pendingView(line) }))];
}

/** A note that was taken back, or sent after all, is of no more use to anybody. */
const isShown = line => !(line.deleted && line.kind === 'note');

function belongsTo(before, line) {
  return before.from.who === line.from.who && before.from.id === line.from.id && before.kind === line.kind
    && before.from.who !== 'system' && Date.parse(line.at) - Date.parse(before.at) < TOGETHER;
}

function one(number, card, line, follows, lines) {
  const found = card.found.find(reasons => reasons.message === line.message);
  const settled = new Set(lines.filter(other => other.deleted).map(other => other.message));
  const isDone = choice => settled.has(choice.id.split(':')[1]);
  const done = line.choices.some(isDone);
  const version = JSON.stringify([{ ...line, delivery: null }, follows, done, Boolean(found), document.documentElement.lang]);
  const make = () => lineView(number, line, { follows, found, done });
  return { key: line.id, version, make, refresh: element => footOf(element, number, line) };
}

const fixed = (key, make) => ({ key, version: key, make });

function separator(key, name, words) {
  return { key, version: words, make: () => h('div', { class: name, role: 'separator', 'aria-label': words }, h('span', {}, words)) };
}
