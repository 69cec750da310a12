// What an article said before: who changed it, what changed, and going back.

import { get, post } from './api.js';
import { ask } from './dialog.js';
import { button, h } from './dom.js';
import { attempt } from './errors.js';
import { difference } from './kb-shown.js';
import { mayAs, tell } from './store.js';
import { full } from './time.js';
import { t } from './words.js';

/** The changes, read when they are unfolded; `changed` hears of the article after going back. */
export function history(article, changed) {
  const list = h('ul', { class: 'kb-revisions' });
  const box = h('details', { class: 'panel' }, h('summary', {}, t('kbHistory')), list);
  box.addEventListener('toggle', () => box.open && void read(article, list, changed));
  return box;
}

async function read(article, list, changed) {
  const found = await attempt(() => get(`/kb/articles/${article.id}/revisions`));
  if (found) list.replaceChildren(...found.revisions.map(one => row(article, one, changed)));
}

function row(article, one, changed) {
  const answers = one.revision === article.live ? h('span', { class: 'chip kb-published' }, t('kbAnswers')) : null;
  const shown = h('div', { class: 'kb-change' });
  const compare = button(t('kbCompare'), () => void show(article, one, shown), { class: 'small quiet' });
  const back = mayAs('lead', 'admin') && one.revision !== article.revision ? button(t('kbBack'), () => void roll(article, one, changed), { class: 'small quiet' }) : null;
  return h('li', {}, h('div', { class: 'member-head' }, h('strong', {}, `${one.revision}`), h('span', {}, one.author || '—'), h('span', { class: 'dim' }, full(new Date(one.at))),
    h('span', { class: `chip kb-${one.status}` }, t(`kb_${one.status}`)), answers, one.reason ? h('span', { class: 'dim' }, one.reason) : null, one.revision > 1 ? compare : null, back), shown);
}

/** What a revision changed of the one before it. */
async function show(article, one, box) {
  if (box.childElementCount) return box.replaceChildren();
  const found = await attempt(() => get(`/kb/articles/${article.id}/diff?from=${one.revision - 1}&to=${one.revision}`));
  if (found) box.replaceChildren(difference(found.fields));
  return undefined;
}

async function roll(article, one, changed) {
  const sure = await ask({ title: t('kbBackTo', { revision: one.revision }), text: t('kbBackHelp'), confirm: t('kbBack') });
  if (!sure) return;
  const kept = await attempt(() => post(`/kb/articles/${article.id}/rollback`, { revision: one.revision }));
  if (!kept) return;
  tell('toast', t(kept.held_back ? 'kbHeldBack' : 'kbDone_rollback'));
  changed(kept.article);
}
