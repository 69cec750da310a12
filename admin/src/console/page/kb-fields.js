// The fields of an article.

import { choice } from './dialog.js';
import { h } from './dom.js';
import { labelled } from './team.js';
import { t } from './words.js';

const EMPTY = { external_id: '', space: '', question: '', alternatives: [], answer: '', category: '', lang: '', tags: [], visibility: 'public', mode: 'auto', valid_from: '', valid_until: '', channels: [] };
const listed = text => text.split(/[,，、;；]+/).map(one => one.trim()).filter(Boolean);
const lines = text => text.split('\n').map(one => one.trim()).filter(Boolean);

/** The fields, filled; `words()` gives what stands in them. */
export function fields(article) {
  const one = { ...EMPTY, ...article };
  const area = (value, rows) => h('textarea', { rows, value, dir: 'auto' });
  const line = (value, more = {}) => h('input', { value, autocomplete: 'off', dir: 'auto', ...more });
  const of = {
    question: labelled(t('kbField_question'), area(one.question, '2')),
    answer: labelled(t('kbField_answer'), area(one.answer, '8')),
    alternatives: labelled(t('kbField_alternatives'), area(one.alternatives.join('\n'), '4'), t('kbAlternativesHelp')),
    external_id: labelled(t('kbField_id'), line(one.external_id), t('kbIdHelp')),
    space: labelled(t('kbField_space'), line(one.space)),
    category: labelled(t('kbField_category'), line(one.category)),
    tags: labelled(t('kbField_tags'), line(one.tags.join(', '))),
    lang: labelled(t('kbField_lang'), choice([['', t('kbRecognised')], ['zh', '中文'], ['en', 'English']], one.lang)),
    visibility: labelled(t('kbField_visibility'), choice([['public', t('kb_public')], ['internal', t('kb_internal')]], one.visibility)),
    mode: labelled(t('kbField_mode'), choice([['auto', t('kb_auto')], ['suggest', t('kb_suggest')], ['off', t('kb_off')]], one.mode)),
    channels: labelled(t('kbField_channels'), line(one.channels.join(', ')), t('kbChannelsHelp')),
    valid_from: labelled(t('kbField_valid_from'), line(one.valid_from, { placeholder: '2026-12-01 09:00' })),
    valid_until: labelled(t('kbField_valid_until'), line(one.valid_until, { placeholder: '2026-12-31' })),
  };
  const { question, answer, alternatives, ...others } = of;
  const element = h('div', { class: 'fields' }, [question, answer, alternatives].map(({ element: field }) => h('div', { class: 'wide' }, field)),
    h('details', { class: 'wide' }, h('summary', {}, t('kbMore')), h('div', { class: 'fields' }, Object.values(others).map(({ element: field }) => field))));
  const text = name => of[name].control.value.trim();
  return {
    element,
    words: () => ({
      ...Object.fromEntries(Object.keys(EMPTY).map(name => [name, text(name)])),
      alternatives: lines(text('alternatives')), tags: listed(text('tags')), channels: listed(text('channels')),
    }),
  };
}
