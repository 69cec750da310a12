// Questions whose right article is known, asked now and before anything goes live.

import { get, post, remove } from './api.js';
import { button, h, reconcile } from './dom.js';
import { attempt } from './errors.js';
import { mayAs } from './store.js';
import { labelled } from './team.js';
import { t } from './words.js';

let box = null;

/** The questions, with what becomes of them now. */
export function tests() {
  box = { list: h('ul', { class: 'members' }), sum: h('p', { class: 'dim', role: 'status' }) };
  void read();
  return [h('p', { class: 'dim' }, t('kbTestsHelp')), mayAs('lead', 'admin') ? adding() : null, box.sum, box.list];
}

async function read() {
  const found = await attempt(() => get('/kb/questions'));
  if (!found) return;
  const right = found.questions.filter(one => one.verdict === 'right').length;
  box.sum.replaceChildren(found.questions.length ? t('kbTestsRight', { right, all: found.questions.length }) : t('kbTestsNone'));
  reconcile(box.list, found.questions.map(one => ({ key: one.question, version: JSON.stringify(one), make: () => row(one) })));
}

function row(one) {
  const forget = async () => {
    await attempt(() => remove('/kb/questions', { question: one.question }));
    await read();
  };
  return h('li', {}, h('div', { class: 'member-head' }, h('span', { class: `chip kb-${one.verdict}` }, t(`kbVerdict_${one.verdict}`)), h('div', { class: 'member-name' }, h('strong', { dir: 'auto' }, one.question), h('span', { class: 'dim' }, one.expected ?? t('kbPerson'))),
    mayAs('lead', 'admin') ? button(t('delete'), () => void forget(), { class: 'small quiet danger' }) : null));
}

function adding() {
  const question = labelled(t('kbTestQuestion'), h('input', { required: true, maxlength: '1000', autocomplete: 'off', dir: 'auto' }));
  const article = labelled(t('kbTestArticle'), h('input', { autocomplete: 'off' }), t('kbTestArticleHelp'));
  const submit = async event => {
    event.preventDefault();
    const kept = await attempt(async () => {
      await post('/kb/questions', { question: question.control.value, article: article.control.value.trim() });
      return true;
    });
    if (!kept) return;
    form.reset();
    await read();
  };
  const form = h('form', { class: 'fields', on: { submit: event => void submit(event) } }, question.element, article.element, h('div', { class: 'row-actions' }, h('button', { class: 'primary small' }, t('add'))));
  return h('details', { class: 'panel inviting' }, h('summary', {}, t('kbTestAdd')), form);
}
