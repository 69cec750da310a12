// How an article looks to a customer, and which questions find it, while it is being written.

import { post } from './api.js';
import { h, linked } from './dom.js';
import { t } from './words.js';

const SETTLE = 600;
const SIGNS = { answered: '✅', offered: '❔', neither: '—' };

/** Both, kept up with the fields. */
export function trial(form, id) {
  const looks = h('div', { class: 'kb-looks' });
  const found = h('ul', { class: 'kb-found', 'aria-live': 'polite' });
  const question = h('input', { type: 'search', placeholder: t('kbTry'), 'aria-label': t('kbTry'), autocomplete: 'off', dir: 'auto' });
  let [timer, turn] = [0, 0];
  const ask = async () => {
    const mine = ++turn;
    const words = form.words();
    if (!words.question || !words.answer) return found.replaceChildren(h('li', { class: 'dim' }, t('kbTryFirst')));
    // What is half written is no article yet; the fields say so when it is saved.
    const tried = await post('/kb/preview', { words, id, question: question.value.trim() }).catch(() => null);
    if (tried && mine === turn) found.replaceChildren(...tried.questions.map(row));
    return undefined;
  };
  const later = () => {
    drawLooks(looks, form.words());
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), SETTLE);
  };
  form.element.addEventListener('input', later);
  question.addEventListener('input', later);
  drawLooks(looks, form.words());
  void ask();
  return h('div', { class: 'panel kb-trial' }, h('h2', {}, t('kbLooks')), looks, h('h2', {}, t('kbFinds')), question, found);
}

function drawLooks(box, words) {
  box.replaceChildren(h('p', { class: 'kb-asked', dir: 'auto' }, words.question || '…'), h('div', { class: 'kb-bubble', dir: 'auto' }, words.answer ? linked(words.answer) : '…', h('small', {}, words.question)));
}

function row(one) {
  const share = one.place === null ? '' : ` ${Math.round(one.score * 100)} %`;
  const other = one.outcome !== 'answered' && one.best ? ` · ${t('kbBest', { id: one.best })}` : '';
  return h('li', {}, h('span', { role: 'img', 'aria-label': t(`kbOutcome_${one.outcome}`), title: t(`kbOutcome_${one.outcome}`) }, SIGNS[one.outcome]), h('span', { dir: 'auto' }, one.question), h('span', { class: 'dim' }, share + other));
}
