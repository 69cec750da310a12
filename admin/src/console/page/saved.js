// Saved replies: what the team says again and again.

import { get, put, remove } from './api.js';
import { ask, choice } from './dialog.js';
import { button, h, reconcile } from './dom.js';
import { attempt } from './errors.js';
import { iconButton } from './icons.js';
import { go, mayAs, tell } from './store.js';
import { labelled } from './team.js';
import { language, t } from './words.js';

let box = null;

/** The page. */
export function saved() {
  box = h('ul', { class: 'members' });
  void read();
  return h('section', { class: 'page', 'aria-label': t('savedReplies') },
    h('header', {}, iconButton('back', t('back'), () => go(), { class: 'icon-button only-narrow' }), h('h1', {}, t('savedTitle'))),
    h('p', { class: 'dim' }, t('savedHelp')), mayAs('lead', 'admin') ? adding() : h('p', { class: 'dim' }, t('savedByLeads')), box);
}

async function read() {
  const found = await attempt(() => get('/canned'));
  if (!found) return;
  const rows = found.canned.map(one => ({ key: `${one.name} ${one.language}`, version: one.text, make: () => reply(one) }));
  reconcile(box, rows.length ? rows : [{ key: 'empty', version: '', make: () => h('li', { class: 'empty' }, t('savedEmpty')) }]);
}

const pathOf = ({ name, language: of }) => `/canned/${encodeURIComponent(name)}/${of}`;

function reply(one) {
  const field = h('textarea', { rows: '3', value: one.text, 'aria-label': one.name, dir: 'auto' });
  const mayChange = mayAs('lead', 'admin');
  const foot = h('div', { class: 'row-actions' },
    button(t('save'), () => void keep(one, field.value), { class: 'primary small' }),
    button(t('delete'), () => void forget(one), { class: 'small quiet danger' }));
  return h('li', {}, h('div', { class: 'member-head' }, h('strong', {}, `/${one.name}`), h('span', { class: 'chip' }, one.language)),
    mayChange ? [field, foot] : h('p', { class: 'text', dir: 'auto' }, one.text));
}

async function keep(one, text) {
  const kept = await attempt(async () => {
    await put(pathOf(one), { text });
    return true;
  });
  if (!kept) return false;
  tell('toast', t('saved'));
  await read();
  return true;
}

async function forget(one) {
  const sure = await ask({ title: t('savedForget', { name: one.name }), confirm: t('delete'), danger: true });
  if (!sure) return;
  await attempt(() => remove(pathOf(one)));
  await read();
}

function adding() {
  const name = labelled(t('savedName'), h('input', { required: true, maxlength: '40', pattern: '\\S+', autocomplete: 'off' }), t('savedNameHelp'));
  const of = labelled(t('language'), choice([['zh', '中文'], ['en', 'English']], language()));
  const text = labelled(t('savedText'), h('textarea', { required: true, rows: '3', maxlength: '4000', dir: 'auto' }));
  const submit = async event => {
    event.preventDefault();
    const one = { name: name.control.value.trim(), language: of.control.value };
    if (await keep(one, text.control.value)) form.reset();
  };
  const form = h('form', { class: 'fields', on: { submit: event => void submit(event) } }, name.element, of.element, h('div', { class: 'wide' }, text.element),
    h('div', { class: 'row-actions' }, h('button', { class: 'primary small' }, t('add'))));
  return h('details', { class: 'panel inviting' }, h('summary', {}, t('savedAdd')), form);
}
