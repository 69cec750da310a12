// What customers ask that nothing answers well, with what agents replied: taken, changed or turned down.

import { get, post } from './api.js';
import { button, h, reconcile } from './dom.js';
import { attempt } from './errors.js';
import { shifts } from './kb-shown.js';
import { mayAs, tell } from './store.js';
import { labelled } from './team.js';
import { t } from './words.js';

let box = null;
let state = 'open';

/** What is open, and what came of others. */
export function suggestions() {
  box = h('ul', { class: 'members', 'aria-live': 'polite' });
  const tabs = ['open', 'approved', 'rejected'].map(one => button(t(`kbSuggestions_${one}`), () => { state = one; pressed(); void read(); }, { class: 'small quiet', data: { state: one } }));
  const pressed = () => tabs.forEach(tab => tab.setAttribute('aria-pressed', String(tab.dataset.state === state)));
  pressed();
  void read();
  return [h('p', { class: 'dim' }, t('kbSuggestionsHelp')), h('div', { class: 'row-actions' }, tabs), box];
}

async function read() {
  const found = await attempt(() => get(`/kb/suggestions?state=${state}`));
  if (!found) return;
  const rows = found.suggestions.map(one => ({ key: `${one.number}`, version: JSON.stringify(one), make: () => row(one) }));
  reconcile(box, rows.length ? rows : [{ key: 'empty', version: state, make: () => h('li', { class: 'empty' }, t('kbNoSuggestions')) }]);
}

const trend = one => (one.recent > one.earlier ? '↗' : one.recent < one.earlier ? '↘' : '→');

function row(one) {
  const isNew = one.kind === 'article';
  const notice = h('div', { class: 'kb-notices', 'aria-live': 'polite' });
  const about = isNew ? t('kbNewArticle') : t('kbNewPhrasing', { id: one.article ?? '—' });
  const head = h('div', { class: 'member-head' }, h('span', { class: 'chip' }, about), h('strong', { dir: 'auto' }, one.question), h('span', { class: 'dim' }, `${t('kbAsked', { count: one.count })} ${trend(one)}`), one.decided_by ? h('span', { class: 'dim' }, one.decided_by) : null);
  const examples = h('ul', { class: 'kb-errors' }, one.examples.map(text => h('li', { dir: 'auto' }, text)));
  const mayDecide = mayAs('lead', 'admin');
  if (state !== 'open' || !mayDecide) {
    const undo = state === 'approved' && mayDecide ? button(t('kbUnlearn'), () => void decide(one, 'unlearn'), { class: 'small quiet danger' }) : null;
    return h('li', {}, head, examples, one.answer ? h('p', { class: 'text', dir: 'auto' }, one.answer) : null, undo);
  }
  const question = labelled(t('kbField_question'), h('input', { value: one.question, dir: 'auto', autocomplete: 'off' }));
  const answer = labelled(t('kbField_answer'), h('textarea', { rows: '4', value: one.answer, dir: 'auto' }), t('kbAnswerHelp'));
  const words = () => (isNew ? { question: question.control.value.trim(), answer: answer.control.value.trim() } : {});
  const take = () => void approve(one, words(), notice);
  return h('li', {}, head, examples, isNew ? h('div', { class: 'fields' }, h('div', { class: 'wide' }, question.element), h('div', { class: 'wide' }, answer.element)) : null, notice,
    h('div', { class: 'row-actions' }, button(t('kbApprove'), take, { class: 'primary small' }), button(t('kbReject'), () => void decide(one, 'reject'), { class: 'small quiet danger' })));
}

async function approve(one, body, notice) {
  const kept = await attempt(() => post(`/kb/suggestions/${one.number}/approve`, body));
  if (!kept) return;
  if (kept.held_back) {
    const anyway = async () => {
      if (await attempt(() => post(`/kb/articles/${kept.article.id}/step`, { step: 'publish', force: true }))) await read();
    };
    notice.replaceChildren(h('div', { class: 'panel kb-warn', role: 'alert' }, h('strong', {}, t('kbHeldBack')), shifts(kept.preview.worse), h('div', { class: 'row-actions' }, button(t('kbAnyway'), () => void anyway(), { class: 'small danger' }))));
    return;
  }
  tell('toast', t(kept.article.status === 'review' ? 'kbSubmitted' : 'kbDone_publish'));
  await read();
}

async function decide(one, what) {
  await attempt(() => post(`/kb/suggestions/${one.number}/${what}`));
  await read();
}
