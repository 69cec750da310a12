// The customer's card at the right: who writes, from where, and what is known.

import { avatar } from './avatar.js';
import { ask, choice } from './dialog.js';
import { button, h, linked } from './dom.js';
import { findings } from './found.js';
import { iconButton } from './icons.js';
import { write } from './outbox.js';
import { nameOf, tell } from './store.js';
import { full, moment } from './time.js';
import { language, t } from './words.js';

/** How long a customer may be kept out, as the command takes it; for good without. */
const BLOCKS = ['1h', '1d', '7d', '30d', ''];

/** Everything that is known of a ticket and its customer. */
export function card({ ticket, customer, earlier, found, times, successor }) {
  return h('div', { class: 'card-body' },
    who(ticket, customer),
    facts([
      [t('channel'), ticket.channel],
      [t('language'), spoken(ticket, customer)],
      [t('cameFrom'), customer.source],
      ...Object.entries(customer.attributes),
    ]),
    part(t('context'), facts(Object.entries(customer.context))),
    part(t('ticket'), facts([
      [t('opened'), moment(new Date(times.opened))],
      [t('because'), t(`cause_${ticket.cause}`)],
      [t('team'), ticket.team],
      [t('assignee'), ticket.assignee ? nameOf(ticket.assignee) : t('unclaimed')],
      [t('firstReply'), times.first_response ? moment(new Date(times.first_response)) : null],
      [t('resolvedAt'), times.resolved ? moment(new Date(times.resolved)) : null],
    ])),
    part(t('tags'), tags(ticket)),
    part(t('botFound'), findings(found)),
    part(t(successor ? 'otherTickets' : 'earlierTickets'), tickets(earlier)),
    h('footer', {}, blocking(ticket, customer)));
}

function who(ticket, customer) {
  const name = customer.name || t('visitor');
  const until = customer.blocked_until ? t('blockedUntil', { time: full(new Date(customer.blocked_until)) }) : t('blocked');
  return h('header', {}, avatar(name, { class: 'big' }), h('h2', { dir: 'auto' }, name, customer.blocked ? h('span', { class: 'chip urgent' }, until) : null),
    iconButton('close', t('closeCard'), () => tell('drawer'), { class: 'icon-button only-not-wide' }));
}

function spoken(ticket, customer) {
  const code = ticket.language ?? customer.locale;
  if (!code) return null;
  try {
    return new Intl.DisplayNames([language()], { type: 'language' }).of(code);
  } catch {
    return code;
  }
}

function facts(pairs) {
  const known = pairs.filter(([, value]) => value);
  if (!known.length) return null;
  return h('dl', {}, known.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', { dir: 'auto' }, linked(String(value))))));
}

function part(title, content) {
  const is = Array.isArray(content) ? content.length > 0 : Boolean(content);
  return is ? h('section', {}, h('h3', {}, title), content) : null;
}

function tags(ticket) {
  const add = h('input', { class: 'tag-input', placeholder: t('addTag'), 'aria-label': t('addTag'), maxlength: '30', autocomplete: 'off', on: { keydown: event => {
    if (event.key !== 'Enter' || event.isComposing || !add.value.trim()) return;
    write(ticket.number, `/tag ${quoted(add.value)}`);
    add.value = '';
  } } });
  return h('div', { class: 'tags' }, ticket.tags.map(tag => h('span', { class: 'chip tag' }, tag,
    iconButton('close', t('removeTag', { tag }), () => write(ticket.number, `/tag ${quoted(`-${tag}`)}`), { class: 'icon-button tiny' }))), add);
}

/** One word for a command, whatever stands in it. */
const quoted = text => `"${text.replaceAll('"', '').trim()}"`;

function tickets(all) {
  if (!all.length) return null;
  return h('ul', { class: 'earlier' }, all.map(one => h('li', {}, h('a', { href: `#${one.number}` },
    h('span', { class: `dot ${one.status}`, title: t(one.status) }), h('span', { class: 'number' }, `#${one.number}`), h('span', { class: 'earlier-subject' }, one.subject),
    h('time', { datetime: one.opened }, moment(new Date(one.opened)))))));
}

function blocking(ticket, customer) {
  if (!ticket.here) return null;
  if (customer.blocked) return button(t('unblock'), () => write(ticket.number, '/unblock'), { class: 'link' });
  return button(t('block'), () => void block(ticket), { class: 'link danger' });
}

async function block(ticket) {
  const time = choice(BLOCKS.map(one => [one, t(one ? `rest_${one}` : 'forGood')]), '1d');
  const fields = [{ name: 'time', label: t('holdFor'), control: time }];
  const given = await ask({ title: t('block'), text: t('blockHelp'), fields, confirm: t('block'), danger: true });
  if (given) write(ticket.number, `/block ${given.time}`.trim());
}
