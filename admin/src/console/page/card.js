// The customer's card at the right.

import { button, h, iconButton } from './dom.js';
import { write } from './outbox.js';
import { nameOf, tell } from './store.js';
import { full } from './time.js';
import { language, t } from './words.js';

/** Everything that is known of a ticket and its customer. */
export function card({ ticket, customer, earlier, found, times }) {
  return h('div', { class: 'card-body' },
    h('header', {}, h('h2', {}, customer.name || t('customer'), customer.blocked ? h('span', { class: 'chip urgent' }, t('blocked')) : null),
      iconButton('close', t('close'), () => tell('drawer'), { class: 'icon-button only-not-wide', 'aria-label': t('back') })),
    facts([
      [t('channel'), ticket.channel],
      [t('language'), ticket.language ? new Intl.DisplayNames([language()], { type: 'language' }).of(ticket.language) : customer.locale],
      [t('team'), ticket.team],
      [t('assignee'), ticket.assignee ? nameOf(ticket.assignee) : t('free')],
      [t('opened'), times.opened ? full(new Date(times.opened)) : null],
      [t('source'), customer.source],
    ]),
    tags(ticket),
    part(t('context'), facts([...Object.entries(customer.context), ...Object.entries(customer.attributes)])),
    part(t('botFound'), reasons(found)),
    part(t('earlier'), tickets(earlier)));
}

function facts(pairs) {
  const known = pairs.filter(([, value]) => value);
  return known.length ? h('dl', {}, known.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))) : null;
}

function part(title, content) {
  return content ? h('section', {}, h('h3', {}, title), content) : null;
}

function tags(ticket) {
  const add = h('input', {
    class: 'tag-input', placeholder: t('addTag'), 'aria-label': t('addTag'), maxlength: '40',
    on: {
      keydown: event => {
        if (event.key !== 'Enter' || event.isComposing || !add.value.trim()) return;
        write(ticket.number, `/tag ${add.value.trim()}`);
        add.value = '';
      },
    },
  });
  return part(t('tags'), h('div', { class: 'tags' }, ticket.tags.map(tag => h('span', { class: 'chip tag' }, tag)), add));
}

function reasons(found) {
  if (!found.length) return null;
  return found.slice(0, 3).map(one => h('details', {}, h('summary', {}, `“${one.looked_up}”`),
    one.candidates.length ? h('ol', { class: 'candidates' }, one.candidates.slice(0, 5).map(candidate)) : h('p', {}, t('none'))));
}

function candidate({ title, probability }) {
  const percent = Math.round(probability * 100);
  return h('li', {}, h('span', {}, title), h('meter', { min: '0', max: '100', value: percent, 'aria-label': `${title}: ${percent}%` }), h('span', { class: 'percent' }, `${percent}%`));
}

function tickets(earlier) {
  if (!earlier.length) return null;
  return h('ul', { class: 'earlier' }, earlier.map(one => h('li', {},
    button([h('span', { class: `dot ${one.status}`, title: t(one.status) }), `#${one.number} `, one.subject], () => tell('open', one.number), { class: 'link' }))));
}
