// Signing in: by the one-time link that stands behind `#link=`, or by name and password.

import { post, trust } from './api.js';
import { h } from './dom.js';
import { t } from './words.js';

/** The page that one signs in on; ends when a session is open. */
export function signIn(app) {
  return new Promise(done => {
    const problem = h('p', { class: 'problem', role: 'alert' });
    const name = h('input', { autocomplete: 'username', required: true });
    const password = h('input', { type: 'password', autocomplete: 'current-password', required: true });
    const submit = event => {
      event.preventDefault();
      void enter('/sign-in', { name: name.value.trim(), password: password.value }, problem, done);
    };
    const form = h('form', { class: 'sign-in', on: { submit } },
      h('h1', {}, t('signInTitle')), h('p', {}, t('signInHelp')),
      h('label', {}, h('span', {}, t('username')), name), h('label', {}, h('span', {}, t('password')), password),
      h('button', { class: 'primary' }, t('signIn')), problem);
    app.replaceChildren(h('main', { class: 'centre' }, form));
    const token = linkToken();
    if (token) void enter('/sign-in/link', { token }, problem, done);
    else name.focus();
  });
}

/** The token of a link, taken out of the address so that it is neither kept nor shared. */
function linkToken() {
  const found = location.hash.match(/^#link=(.+)$/);
  if (!found) return null;
  history.replaceState(null, '', location.pathname);
  return found[1];
}

async function enter(path, body, problem, done) {
  problem.textContent = path.endsWith('link') ? t('signInLink') : '';
  try {
    const { csrf } = await post(path, body);
    trust(csrf);
    done();
  } catch (error) {
    problem.textContent = error.status === 401 || error.status === 400 ? t('signInFailed') : t('failed', { why: error.message });
  }
}

export const hasLink = () => location.hash.startsWith('#link=');
