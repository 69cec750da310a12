// One line of a conversation.

import { fresh, post, remove } from './api.js';
import { ask } from './dialog.js';
import { button, h, linked, redraw } from './dom.js';
import { attempt } from './errors.js';
import { fare, heldFor, undoButton } from './fare.js';
import { files } from './files.js';
import { candidates } from './found.js';
import { drop, write } from './outbox.js';
import { mayAs, state, tell } from './store.js';
import { clock, full } from './time.js';
import { t } from './words.js';

/** How the button begins with which an agent writes a version of their own. */
const EDIT = 'draft-edit:';

/** A line as it is shown. */
export function lineView(number, line, { follows, found, done }) {
  const side = sideOf(line);
  const classes = ['line', side, line.from.who, `kind-${line.kind}`, line.deleted ? 'deleted' : '', follows ? 'follows' : ''];
  return h('div', { class: classes.filter(Boolean).join(' '), data: { line: line.id } },
    h('div', { class: 'bubble' },
      follows ? null : head(line, side),
      line.deleted ? withdrawn(line) : [words(line), files(line.attachments), choices(number, line, done)],
      line.edited && !line.deleted ? formerly(line) : null,
      found && !line.deleted ? why(found) : null),
    h('div', { class: 'line-foot' }));
}

/** What stands under a line and changes more often than itself: how it fares, and what can be done. */
export function footOf(element, number, line) {
  const version = JSON.stringify([line.delivery, line.deleted, heldFor(line) > 0]);
  redraw(element.querySelector(':scope > .line-foot'), version, () => foot(number, line));
}

function sideOf(line) {
  if (line.kind === 'note') return 'note';
  return { customer: 'in', system: 'system' }[line.from.who] ?? 'out';
}

function head(line, side) {
  const at = new Date(line.at);
  return h('div', { class: 'line-head' }, h('span', { class: 'speaker' }, speaker(line)),
    side === 'note' ? h('span', { class: 'label' }, t('onlyTeam')) : null,
    h('time', { datetime: line.at, title: full(at) }, clock(at)));
}

function speaker({ from }) {
  if (from.who === 'agent') return from.id === state.me.id ? t('you') : from.name;
  if (from.who === 'customer') return from.name || t('visitor');
  return t(from.who);
}

function words(line) {
  return [
    line.text ? h('p', { class: 'text', dir: 'auto' }, linked(line.text)) : null,
    line.source ? h('p', { class: 'source' }, t('fromArticle', { title: line.source })) : null,
  ];
}

/** What was taken back; the customer's own words stay readable for the team. */
function withdrawn(line) {
  const said = line.from.who === 'customer' ? t('customerWithdrew') : t('withdrawn');
  return [h('p', { class: 'mark' }, said), line.original ? h('p', { class: 'text original', dir: 'auto' }, line.original) : null];
}

function formerly(line) {
  if (!line.original) return h('p', { class: 'mark' }, t('edited'));
  return h('details', { class: 'mark' }, h('summary', {}, t('edited')), h('p', { class: 'text original', dir: 'auto' }, line.original));
}

function why(found) {
  return h('details', { class: 'why' }, h('summary', {}, t('why')), candidates(found));
}

/** What is offered under a line: the customer's own choices are only shown, those for the team can be pressed. */
function choices(number, line, done) {
  if (!line.choices.length || done) return null;
  if (line.from.who !== 'system' && line.kind !== 'note') return h('div', { class: 'choices' }, line.choices.map(choice => h('span', { class: 'chip' }, choice.label)));
  const press = async choice => {
    box.querySelectorAll('button').forEach(one => { one.disabled = true; });
    const pressed = await attempt(() => post(`/threads/${number}/buttons`, { key: fresh(), choice: choice.id }));
    box.querySelectorAll('button').forEach(one => { one.disabled = Boolean(pressed) && !choice.id.startsWith(EDIT); });
    if (pressed && choice.id.startsWith(EDIT)) tell('fill', draft(line));
  };
  const box = h('div', { class: 'choices' }, line.choices.map(choice => button(choice.label, () => void press(choice), { class: 'small' })));
  return box;
}

/** A draft of the bot's without the line above it. */
const draft = line => line.text.split('\n\n').slice(1).join('\n\n');

function foot(number, line) {
  if (line.deleted || line.from.who !== 'agent' || !line.message) return [];
  const path = `/threads/${number}/messages/${line.message}`;
  const mayChange = line.from.id === state.me.id || mayAs('lead', 'admin');
  const held = heldFor(line) > 0 && mayChange;
  return [mayChange ? tools(path, line) : null, fare(line), held ? undoButton(path, line) : null];
}

function tools(path, line) {
  const take = async () => {
    const sure = await ask({ title: t('deleteLine'), text: line.kind === 'note' ? '' : t('deleteLineHelp'), confirm: t('delete'), danger: true });
    if (sure) await attempt(() => remove(path));
  };
  return h('span', { class: 'tools' },
    button(t('edit'), () => tell('edit', line), { class: 'link' }),
    button(t('delete'), () => void take(), { class: 'link' }));
}

/** A line on its way, or one that was refused. */
export function pendingView(line) {
  const note = /^[/／、\\]/.test(line.text);
  const words = line.refused ? t('failed', { why: line.refused }) : t(state.online ? 'sending' : 'sentLater');
  const again = () => {
    drop(line.key);
    write(line.number, line.text, line.files);
  };
  return h('div', { class: `line pending agent ${note ? 'note' : 'out'} ${line.refused ? 'refused' : ''}` },
    h('div', { class: 'bubble' }, line.text ? h('p', { class: 'text', dir: 'auto' }, line.text) : null, line.files.map(file => h('p', { class: 'file' }, file.name))),
    h('div', { class: 'line-foot' }, h('span', { class: line.refused ? 'fare bad' : 'fare' }, words),
      line.refused ? [button(t('retry'), again, { class: 'link' }), button(t('discard'), () => drop(line.key), { class: 'link' })] : null));
}
