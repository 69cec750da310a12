// The knowledge section: articles, suggestions, imports, test questions. It is loaded when somebody goes there.

import { h } from './dom.js';
import { iconButton } from './icons.js';
import { editor } from './kb-edit.js';
import { imports } from './kb-imports.js';
import { articles } from './kb-list.js';
import { suggestions } from './kb-suggestions.js';
import { tests } from './kb-tests.js';
import { go } from './store.js';
import { t } from './words.js';

const TABS = [['', 'kbArticles', articles], ['suggestions', 'kbSuggestions', suggestions], ['imports', 'kbImports', imports], ['tests', 'kbTests', tests]];

/** What stands at `kb`, `kb/suggestions`, `kb/imports`, `kb/tests`, `kb/new`, `kb/article/ID`. */
export function knowledge(rest = '') {
  const [where, id] = rest.split('/');
  const tab = TABS.find(([name]) => name === where) ?? TABS[0];
  const isArticle = where === 'new' || where === 'article';
  return h('section', { class: 'page wide kb', 'aria-label': t('knowledge') },
    h('header', {}, iconButton('back', t('back'), () => go(isArticle ? 'kb' : ''), { class: isArticle ? 'icon-button' : 'icon-button only-narrow' }), h('h1', {}, t(isArticle ? (id ? 'kbArticle' : 'kbNew') : 'knowledge'))),
    isArticle ? editor(id) : [tabs(tab[0]), tab[2]()]);
}

function tabs(here) {
  const links = TABS.map(([name, words]) => h('a', { href: name ? `#kb/${name}` : '#kb', 'aria-current': name === here ? 'page' : null }, t(words)));
  return h('nav', { class: 'tabs', 'aria-label': t('knowledge') }, links);
}
