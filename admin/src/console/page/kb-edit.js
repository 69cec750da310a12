// Writing an article: what it says, how it looks, which questions find it, what it said before.

import { get, post, put } from './api.js';
import { button, h } from './dom.js';
import { attempt, complain } from './errors.js';
import { fields } from './kb-fields.js';
import { history } from './kb-history.js';
import { difference, shifts, standing } from './kb-shown.js';
import { trial } from './kb-trial.js';
import { mayAs, tell } from './store.js';
import { t } from './words.js';

/** The editor of an article, or of a new one. */
export function editor(id) {
  const box = h('div', { class: 'kb-editor' });
  if (id) void open(box, id);
  else draw(box, null);
  return box;
}

async function open(box, id) {
  const article = await attempt(() => get(`/kb/articles/${id}`));
  if (article) draw(box, article);
}

function draw(box, article) {
  const form = fields(article);
  const notices = h('div', { class: 'kb-notices', 'aria-live': 'polite' });
  const desk = { box, form, notices, id: article?.id ?? null, revision: article?.revision ?? 0, began: form.words() };
  const looks = trial(form, desk.id);
  const head = article ? h('p', { class: 'kb-foot' }, standing(article), h('span', { class: 'dim' }, t('kbRevision', { revision: article.revision, author: article.edited_by || '—' }), article.source ? ` · ${article.source}` : '')) : null;
  box.replaceChildren(...[head, notices, h('div', { class: 'kb-columns' }, h('div', { class: 'panel' }, form.element, actions(desk, article)), looks), article ? history(article, now => draw(box, now)) : null].filter(Boolean));
}

function actions(desk, article) {
  const step = (name, words, properties) => button(words, () => void keep(desk, name), properties);
  const leads = mayAs('lead', 'admin');
  return h('div', { class: 'row-actions' },
    leads ? step('publish', t('kbPublish'), { class: 'primary small' }) : null,
    step('submit', t('kbSubmit'), { class: leads ? 'small quiet' : 'primary small' }),
    step('save', t('kbSave'), { class: 'small quiet' }),
    leads && article?.live ? button(t('kbArchive'), () => void archive(desk), { class: 'small quiet danger' }) : null);
}

/** Writes it. What somebody else has changed meanwhile is shown, and what was written here stays. */
async function keep(desk, step, force = false) {
  const words = desk.form.words();
  try {
    const kept = desk.id
      ? await put(`/kb/articles/${desk.id}`, { words, step, force, revision: desk.revision })
      : await post('/kb/articles', { words, step, force });
    done(desk, kept, step);
  } catch (error) {
    if (error.code === 'changed') await conflict(desk, step);
    else complain(error);
  }
}

async function archive(desk) {
  const kept = await attempt(() => post(`/kb/articles/${desk.id}/step`, { step: 'archive' }));
  if (kept) done(desk, kept, 'archive');
}

function done(desk, kept, step) {
  const { article } = kept;
  if (!kept.held_back) tell('toast', t(article.status === 'review' ? 'kbSubmitted' : `kbDone_${step}`));
  if (!desk.id) {
    globalThis.history.replaceState(null, '', `#kb/article/${article.id}`);
  }
  draw(desk.box, article);
  if (kept.held_back) heldBack(desk.box, article, kept.preview);
}

/** Test questions would fare worse: they are named, and publishing all the same is one press. */
function heldBack(box, article, preview) {
  const anyway = async () => {
    const kept = await attempt(() => post(`/kb/articles/${article.id}/step`, { step: 'publish', force: true }));
    if (!kept) return;
    tell('toast', t('kbDone_publish'));
    draw(box, kept.article);
  };
  box.querySelector('.kb-notices').replaceChildren(h('div', { class: 'panel kb-warn', role: 'alert' }, h('strong', {}, t('kbHeldBack')), shifts(preview.worse),
    h('div', { class: 'row-actions' }, button(t('kbAnyway'), () => void anyway(), { class: 'small danger' }))));
}

async function conflict(desk, step) {
  const now = await attempt(() => get(`/kb/articles/${desk.id}`));
  if (!now) return;
  const found = await attempt(() => get(`/kb/articles/${desk.id}/diff?from=${desk.revision}&to=${now.revision}`));
  const mine = () => {
    desk.revision = now.revision;
    void keep(desk, step);
  };
  desk.notices.replaceChildren(h('div', { class: 'panel kb-warn', role: 'alert' }, h('strong', {}, t('kbConflict', { author: now.edited_by })), h('p', { class: 'dim' }, t('kbConflictHelp')), found ? difference(found.fields) : null,
    h('div', { class: 'row-actions' }, button(t('kbMine'), mine, { class: 'primary small' }), button(t('kbTheirs'), () => draw(desk.box, now), { class: 'small quiet' }))));
  desk.notices.scrollIntoView({ block: 'nearest' });
}
