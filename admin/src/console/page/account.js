// One's own account: the password, and what this browser does.

import { put } from './api.js';
import { h } from './dom.js';
import { attempt } from './errors.js';
import { iconButton } from './icons.js';
import { go, state, tell } from './store.js';
import { labelled } from './team.js';
import { t } from './words.js';

const SHORTEST = 8;

/** The page. */
export function account() {
  return h('section', { class: 'page', 'aria-label': t('account') },
    h('header', {}, iconButton('back', t('back'), () => go(), { class: 'icon-button only-narrow' }), h('h1', {}, t('account'))),
    h('p', { class: 'dim' }, `${state.me.display} · @${state.me.name} · ${state.me.roles.map(role => t(`role_${role}`)).join(', ')}`),
    password());
}

function password() {
  const now = labelled(t('passwordNow'), h('input', { type: 'password', autocomplete: 'current-password', required: true }));
  const next = labelled(t('passwordNew'), h('input', { type: 'password', autocomplete: 'new-password', minlength: String(SHORTEST), required: true }), t('passwordHelp'));
  const submit = async event => {
    event.preventDefault();
    const current = state.hasPassword ? { current: now.control.value } : {};
    const saved = await attempt(async () => {
      await put('/me/password', { new: next.control.value, ...current });
      return true;
    });
    if (!saved) return;
    state.hasPassword = true;
    form.replaceWith(password());
    tell('toast', t('passwordSaved'));
  };
  const form = h('form', { class: 'panel fields', on: { submit: event => void submit(event) } },
    h('h2', {}, t(state.hasPassword ? 'passwordChange' : 'passwordSet')),
    // It lets a browser's keeper of passwords know whose it is.
    h('input', { type: 'text', autocomplete: 'username', value: state.me.name, hidden: true }),
    state.hasPassword ? now.element : null, next.element, h('div', { class: 'row-actions' }, h('button', { class: 'primary small' }, t('save'))));
  return form;
}
