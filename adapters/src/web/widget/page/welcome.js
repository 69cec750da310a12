// The first view: a greeting, a search over the articles, and what people often ask.

import { button, h } from './dom.js';
import { t } from './words.js';

const SEARCH_AFTER = 250;

/** The view. `app` gives `link`, `kept`, `name` and `go()`. */
export function welcome(app) {
	const found = h('ul', { class: 'articles', 'aria-live': 'polite' });
	const title = h('h3', {}, t('suggestions'));
	let timer = 0;
	let turn = 0;
	const look = async words => {
		const mine = ++turn;
		try {
			const { articles } = await app.link.articles(words);
			if (mine !== turn) return;
			title.hidden = Boolean(words) || !articles.length;
			found.replaceChildren(...(articles.length || !words ? articles.map(article) : [h('li', { class: 'none' }, t('noArticles'))]));
		} catch {
			found.replaceChildren();
			title.hidden = true;
		}
	};
	const search = h('input', {
		type: 'search', placeholder: t('search'), label: t('search'),
		on: { input: () => { clearTimeout(timer); timer = setTimeout(() => look(search.value.trim()), SEARCH_AFTER); } },
	});
	found.append(...Array.from({ length: 3 }, () => h('li', { class: 'skeleton' })));
	void look('');
	return h('div', { class: 'welcome' },
		h('h2', {}, app.name ? t('helloName', { name: app.name }) : t('hello')), h('p', {}, t('howHelp')),
		search, title, found, button(t(app.kept.get('begun') ? 'goOn' : 'startChat'), () => app.go('chat'), { class: 'primary' }));
}

function article({ title, text }) {
	return h('li', {}, h('details', {}, h('summary', {}, title), h('p', {}, text)));
}
