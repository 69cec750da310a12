// How the parts of the knowledge section show where articles stand, and what changed.

import { h } from './dom.js';
import { t } from './words.js';

/** Where an article stands, and whether something older answers. */
export function standing(one) {
  const chip = h('span', { class: `chip kb-${one.status}` }, t(`kb_${one.status}`));
  const older = one.live !== null && one.live !== one.revision;
  return older ? [chip, h('span', { class: 'chip' }, t('kbOlderAnswers', { revision: one.live }))] : chip;
}

/** Test questions that fare differently. */
export function shifts(list) {
  return h('ul', { class: 'kb-shifts' }, list.map(one => h('li', {}, h('span', { dir: 'auto' }, one.question), ' ', h('span', { class: 'dim' }, `${t(`kbVerdict_${one.before}`)} → ${t(`kbVerdict_${one.after}`)}${one.by ? ` (${one.by})` : ''}`))));
}

/** What changed, word by word. */
export function difference(list) {
  if (!list.length) return h('p', { class: 'dim' }, t('kbSame'));
  const tag = { same: 'span', gone: 'del', new: 'ins' };
  return h('dl', { class: 'kb-diff' }, list.map(({ field, parts }) => h('div', {}, h('dt', {}, t(`kbField_${field}`)), h('dd', { dir: 'auto' }, parts.map(part => h(tag[part.sort], {}, part.text))))));
}
