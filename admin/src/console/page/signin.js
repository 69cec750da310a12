// Signing in: by the one-time link that stands behind `#link=`, or by name and password.

import { post, trust } from './api.js';
import { button, h } from './dom.js';
import { said } from './errors.js';
import { language, speak, t } from './words.js';

/** Whether the address brings a link. */
export const hasLink = () => location.hash.startsWith('#link=');

/** The page that one signs in on; ends when a session is open. */
export function signIn(app) {
  return new Promise(done => {
    const token = takeLink();
    const draw = () => app.replaceChildren(form(done, draw));
    draw();
    if (token) void enter(app, '/sign-in/link', { token }, done);
    else app.querySelector('input').focus();
  });
}

/** The token of a link, taken out of the address so that it is neither kept nor shared. */
function takeLink() {
  if (!hasLink()) return null;
  const token = location.hash.slice('#link='.length);
  history.replaceState(null, '', location.pathname);
  return token;
}

function form(done, again) {
  const name = h('input', { autocomplete: 'username', required: true, autocapitalize: 'none' });
  const password = h('input', { type: 'password', autocomplete: 'current-password', required: true });
  const submit = event => {
    event.preventDefault();
    void enter(made, '/sign-in', { name: name.value.trim(), password: password.value }, done);
  };
  const other = () => {
    speak(language() === 'zh' ? 'en' : 'zh');
    again();
  };
  const made = h('main', { class: 'centre' },
    h('form', { class: 'sign-in', on: { submit } },
      h('h1', {}, t('signInTitle')), h('p', { class: 'dim' }, t('signInHelp')),
      h('label', {}, h('span', {}, t('username')), name),
      h('label', {}, h('span', {}, t('password')), password),
      h('p', { class: 'problem', role: 'alert' }),
      h('button', { class: 'primary' }, t('signIn'))),
    button(t('otherLanguage'), other, { class: 'link', lang: language() === 'zh' ? 'en' : 'zh-CN' }));
  return made;
}

async function enter(page, path, body, done) {
  const problem = page.querySelector('.problem');
  problem.textContent = path.endsWith('link') ? t('signInLink') : '';
  try {
    trust((await post(path, body)).csrf);
    done();
  } catch (error) {
    const refused = path.endsWith('link') ? t('signInLinkFailed') : t('signInFailed');
    problem.textContent = error.status === 401 || error.status === 400 ? refused : said(error);
  }
}
