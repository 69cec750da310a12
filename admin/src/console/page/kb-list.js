// Looking through articles: search as one types, by likeness and by words.

import { get } from './api.js';
import { choice } from './dialog.js';
import { button, h, reconcile } from './dom.js';
import { attempt } from './errors.js';
import { standing } from './kb-shown.js';
import { go } from './store.js';
import { moment } from './time.js';
import { t } from './words.js';

const SETTLE = 200;
const STATUSES = ['published', 'draft', 'review', 'archived'];
/** What was last looked for is still there when one comes back. */
const sought = { q: '', status: '', space: '' };
let box = null;
let turn = 0;

/** The list with its search. */
export function articles() {
  box = { list: h('ul', { class: 'kb-list', 'aria-live': 'polite' }), more: h('div', { class: 'row-actions' }), spaces: h('span', {}) };
  const words = h('input', { type: 'search', value: sought.q, placeholder: t('kbSearch'), 'aria-label': t('kbSearch'), autocomplete: 'off' });
  let timer = 0;
  words.addEventListener('input', () => {
    sought.q = words.value;
    clearTimeout(timer);
    timer = setTimeout(() => void read(), SETTLE);
  });
  const status = choice([['', t('kbAllStatuses')], ...STATUSES.map(one => [one, t(`kb_${one}`)])], sought.status);
  status.setAttribute('aria-label', t('kbStatus'));
  status.addEventListener('change', () => { sought.status = status.value; void read(); });
  void read();
  return [h('div', { class: 'kb-search' }, words, status, box.spaces, button(t('kbNew'), () => go('kb/new'), { class: 'primary small' })), box.list, box.more];
}

async function read(skip = 0) {
  const mine = ++turn;
  const query = new URLSearchParams({ ...sought, skip });
  const found = await attempt(() => get(`/kb/articles?${query}`));
  if (!found || mine !== turn) return;
  drawSpaces(found.spaces);
  const rows = found.articles.map(one => ({ key: one.id, version: JSON.stringify(one), make: () => row(one) }));
  const empty = { key: 'empty', version: sought.q, make: () => h('li', { class: 'empty' }, t(sought.q ? 'kbNothing' : 'kbEmpty')) };
  if (skip) box.list.append(...found.articles.map(row));
  else reconcile(box.list, rows.length ? rows : [empty]);
  const shown = skip + found.articles.length;
  box.more.replaceChildren(...(found.more ? [button(t('kbShowMore'), () => void read(shown), { class: 'small quiet' })] : []));
}

function drawSpaces(spaces) {
  if (spaces.length < 2) return;
  const select = choice([['', t('kbAllSpaces')], ...spaces.map(one => [one, one])], sought.space);
  select.setAttribute('aria-label', t('kbSpace'));
  select.addEventListener('change', () => { sought.space = select.value; void read(); });
  box.spaces.replaceChildren(select);
}

function row(one) {
  const score = one.score === null ? null : h('span', { class: 'kb-score', title: t('kbScore') }, h('meter', { min: 0, max: 1, value: one.score, 'aria-label': t('kbScore') }), `${Math.round(one.score * 100)} %`);
  return h('li', {}, h('a', { href: `#kb/article/${one.id}` },
    h('span', { class: 'kb-head' }, h('strong', { dir: 'auto' }, one.question), score),
    h('span', { class: 'kb-excerpt', dir: 'auto' }, one.answer.slice(0, 200)),
    h('span', { class: 'kb-foot' }, standing(one), one.visibility === 'internal' ? h('span', { class: 'chip' }, t('kb_internal')) : null,
      h('span', { class: 'dim' }, `${one.external_id} · ${one.space} · ${moment(new Date(one.updated_at))}`))));
}
