// The page of the team: who is on it, what they may do, and one's own account.

import { get, patch, post, put } from './api.js';
import { button, h } from './dom.js';
import { isAdmin, on, state, tell } from './store.js';
import { t } from './words.js';

const ROLES = ['agent', 'lead', 'manager', 'analyst', 'admin', 'auditor'];

/** Reads the team anew. */
export async function readAgents() {
  const { agents } = await get('/agents');
  state.agents = new Map(agents.map(agent => [agent.id, agent]));
  state.me = state.agents.get(state.me.id) ?? state.me;
  tell('agents');
}

/** The page. */
export function people() {
  const page = h('section', { class: 'page people', 'aria-label': t('people') });
  const draw = () => page.replaceChildren(
    h('header', {}, button(t('back'), () => tell('open', null), { class: 'only-narrow link' }), h('h1', {}, t('people'))),
    isAdmin() ? adding(page) : null,
    h('ul', { class: 'members' }, [...state.agents.values()].map(member)),
    account());
  const clean = () => page.replaceChildren(...[...page.children].filter(Boolean));
  draw();
  clean();
  const off = on('agents', () => (page.isConnected ? (page.contains(document.activeElement) && document.activeElement.matches('input') ? undefined : draw()) : off()));
  return page;
}

function member(agent) {
  const note = h('div', { class: 'once' });
  return h('li', { class: agent.disabled ? 'disabled' : null },
    h('div', { class: 'member-head' }, h('span', { class: `presence ${agent.presence}`, title: t(agent.presence) }),
      h('strong', {}, agent.display), h('span', { class: 'number' }, agent.name), agent.disabled ? h('span', { class: 'chip' }, t('disabled')) : null),
    isAdmin() ? fields(agent, note) : h('p', {}, agent.roles.join(', ')), note);
}

function fields(agent, note) {
  const display = labelled(t('display'), h('input', { value: agent.display, maxlength: '60' }));
  const skills = labelled(t('skills'), h('input', { value: agent.skills.join(', ') }));
  const roles = rolesOf(agent.roles);
  const save = () => change(agent, { display: display.control.value.trim(), skills: listed(skills.control.value), roles: roles.chosen() });
  const link = async () => once(note, await attempt(() => post(`/agents/${agent.id}/link`)));
  return h('div', { class: 'fields' }, display.element, skills.element, roles.element,
    h('div', { class: 'row-actions' }, button(t('save'), save, { class: 'primary small' }),
      agent.disabled ? null : button(t('invite'), link, { class: 'small' }),
      button(t(agent.disabled ? 'enable' : 'disable'), () => change(agent, { disabled: !agent.disabled }), { class: 'small danger' })));
}

function adding(page) {
  const name = labelled(t('name'), h('input', { required: true, pattern: '[A-Za-z0-9_\\-]{1,40}', autocomplete: 'off' }));
  const display = labelled(t('display'), h('input', { required: true, maxlength: '60', autocomplete: 'off' }));
  const roles = rolesOf(['agent']);
  const note = h('div', { class: 'once' });
  const form = h('form', {
    class: 'fields add', on: {
      submit: async event => {
        event.preventDefault();
        const hired = await attempt(() => post('/agents', { name: name.control.value.trim(), display: display.control.value.trim(), roles: roles.chosen() }));
        if (!hired) return;
        form.reset();
        once(note, hired.link);
        await readAgents();
      },
    },
  }, h('h2', {}, t('addMember')), name.element, display.element, roles.element, h('div', { class: 'row-actions' }, h('button', { class: 'primary small' }, t('add'))), note);
  return form;
}

function account() {
  const now = labelled(t('passwordNow'), h('input', { type: 'password', autocomplete: 'current-password' }));
  const next = labelled(t('passwordNew'), h('input', { type: 'password', autocomplete: 'new-password', minlength: '8', required: true }));
  const form = h('form', {
    class: 'fields', on: {
      submit: async event => {
        event.preventDefault();
        const body = { new: next.control.value, ...(now.control.value ? { current: now.control.value } : {}) };
        const saved = await attempt(async () => { await put('/me/password', body); return true; });
        if (!saved) return;
        form.reset();
        state.hasPassword = true;
        tell('toast', t('passwordSaved'));
      },
    },
  }, h('h2', {}, t('passwordChange')), state.hasPassword ? now.element : null, next.element, h('div', { class: 'row-actions' }, h('button', { class: 'primary small' }, t('save'))));
  return form;
}

function labelled(words, control) {
  return { control, element: h('label', {}, h('span', {}, words), control) };
}

function rolesOf(given) {
  const boxes = ROLES.map(role => h('input', { type: 'checkbox', value: role, checked: given.includes(role) }));
  return {
    element: h('fieldset', {}, h('legend', {}, t('roles')), boxes.map(box => h('label', { class: 'check' }, box, box.value))),
    chosen: () => boxes.filter(box => box.checked).map(box => box.value),
  };
}

const listed = text => text.split(/[,，、]/).map(one => one.trim()).filter(Boolean);

async function change(agent, body) {
  const changed = await attempt(() => patch(`/agents/${agent.id}`, body));
  if (changed) await readAgents();
}

async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    tell('toast', t('failed', { why: error.message }));
    return null;
  }
}

function once(note, link) {
  if (!link) return;
  const field = h('input', { readonly: true, value: link.url, 'aria-label': t('invite') });
  const copy = button(t('copy'), async () => {
    field.select();
    await navigator.clipboard?.writeText(link.url);
    tell('toast', t('copied'));
  }, { class: 'small' });
  note.replaceChildren(h('p', {}, t('inviteOnce')), h('div', { class: 'copy' }, field, copy));
}

on('presence', () => void readAgents().catch(() => {}));
