// The page of the team: who is on it, what they may do, and how one invites others.

import { get, patch, post } from './api.js';
import { avatar } from './avatar.js';
import { button, h, reconcile } from './dom.js';
import { attempt } from './errors.js';
import { iconButton } from './icons.js';
import { go, mayAs, on, state, tell } from './store.js';
import { moment } from './time.js';
import { t } from './words.js';

const ROLES = ['agent', 'lead', 'manager', 'analyst', 'admin', 'auditor'];

/** Reads the team anew. */
export async function readAgents() {
  const { agents } = await get('/agents');
  state.agents = new Map(agents.map(agent => [agent.id, agent]));
  state.me = state.agents.get(state.me.id) ?? state.me;
  tell('agents');
}

let members = null;
/** What of each member is shown now. */
const shown = new Map();

/** The page. */
export function team() {
  members = h('ul', { class: 'members' });
  drawMembers();
  return h('section', { class: 'page', 'aria-label': t('team') },
    h('header', {}, iconButton('back', t('back'), () => go(), { class: 'icon-button only-narrow' }), h('h1', {}, t('team'))),
    mayAs('admin') ? inviting() : h('p', { class: 'dim' }, t('adminsChange')),
    members);
}

function drawMembers() {
  if (!members) return;
  const all = [...state.agents.values()].sort((one, other) => Number(one.disabled) - Number(other.disabled));
  reconcile(members, all.map(agent => ({ key: agent.id, version: version(agent), make: () => member(agent) })));
}

/** A member who is being changed is left alone until that is saved. */
function version(agent) {
  if (members.querySelector(`[data-key="${agent.id}"] details[open]`)) return shown.get(agent.id);
  shown.set(agent.id, JSON.stringify([agent, state.me.roles]));
  return shown.get(agent.id);
}

function member(agent) {
  const once = h('div', { class: 'once', 'aria-live': 'polite' });
  const isSelf = agent.id === state.me.id;
  const seen = agent.presence === 'offline' ? t('lastSeen', { time: moment(new Date(agent.presence_at)) }) : t(agent.presence);
  return h('li', { class: agent.disabled ? 'disabled' : null },
    h('div', { class: 'member-head' },
      h('span', { class: 'face' }, avatar(agent.display), h('span', { class: `presence ${agent.presence}` })),
      h('div', { class: 'member-name' }, h('strong', {}, agent.display, isSelf ? ` (${t('you')})` : ''), h('span', { class: 'dim' }, `@${agent.name} · ${agent.disabled ? t('disabled') : seen}`)),
      h('div', { class: 'member-roles' }, agent.roles.map(role => h('span', { class: 'chip' }, t(`role_${role}`))), agent.skills.map(skill => h('span', { class: 'chip tag' }, skill)))),
    mayAs('admin') ? changing(agent, once) : null, once);
}

function changing(agent, once) {
  const display = labelled(t('display'), h('input', { value: agent.display, maxlength: '60', autocomplete: 'off' }), t('displayHelp'));
  const skills = labelled(t('skills'), h('input', { value: agent.skills.join(', '), autocomplete: 'off' }), t('skillsHelp'));
  const roles = rolesOf(agent.roles);
  const save = () => change(agent, { display: display.control.value.trim(), skills: listed(skills.control.value), roles: roles.chosen() });
  const invite = async () => showLink(once, await attempt(() => post(`/agents/${agent.id}/link`)));
  return h('div', { class: 'member-foot' },
    h('details', {}, h('summary', {}, t('change')),
      h('div', { class: 'fields' }, display.element, skills.element, roles.element, h('div', { class: 'row-actions' }, button(t('save'), () => void save(), { class: 'primary small' })))),
    agent.disabled ? null : button(t('newLink'), () => void invite(), { class: 'small quiet' }),
    button(t(agent.disabled ? 'enable' : 'disable'), () => void change(agent, { disabled: !agent.disabled }), { class: agent.disabled ? 'small quiet' : 'small quiet danger' }));
}

/** Unfolded as long as nobody else is there. */
function inviting() {
  return h('details', { class: 'panel inviting', open: state.agents.size < 2 }, h('summary', {}, t('invite')), adding());
}

function adding() {
  const name = labelled(t('loginName'), h('input', { required: true, pattern: '[A-Za-z0-9_\\-]{1,60}', autocomplete: 'off', autocapitalize: 'none' }), t('loginNameHelp'));
  const display = labelled(t('display'), h('input', { required: true, maxlength: '60', autocomplete: 'off' }), t('displayHelp'));
  const skills = labelled(t('skills'), h('input', { autocomplete: 'off' }), t('skillsHelp'));
  const roles = rolesOf(['agent']);
  const once = h('div', { class: 'once', 'aria-live': 'polite' });
  const submit = async event => {
    event.preventDefault();
    const body = { name: name.control.value.trim(), display: display.control.value.trim(), skills: listed(skills.control.value), roles: roles.chosen() };
    const hired = await attempt(() => post('/agents', body));
    if (!hired) return;
    form.reset();
    showLink(once, hired.link);
    await attempt(readAgents);
  };
  const form = h('form', { class: 'fields', on: { submit: event => void submit(event) } },
    name.element, display.element, skills.element, roles.element, h('div', { class: 'row-actions' }, h('button', { class: 'primary small' }, t('inviteButton'))), once);
  return form;
}

/** A field with its name, and a word of help. */
export function labelled(words, control, help) {
  return { control, element: h('label', {}, h('span', {}, words), control, help ? h('small', {}, help) : null) };
}

function rolesOf(given) {
  const boxes = ROLES.map(role => h('input', { type: 'checkbox', value: role, checked: given.includes(role) }));
  const options = boxes.map(box => h('label', { class: 'check' }, box, h('span', {}, h('strong', {}, t(`role_${box.value}`)), h('small', {}, t(`role_${box.value}_help`)))));
  return { element: h('fieldset', {}, h('legend', {}, t('roles')), options), chosen: () => boxes.filter(box => box.checked).map(box => box.value) };
}

const listed = text => text.split(/[\s,，、]+/).filter(Boolean);

async function change(agent, body) {
  const changed = await attempt(() => patch(`/agents/${agent.id}`, body));
  if (!changed) return;
  members.querySelector(`[data-key="${agent.id}"] details[open]`)?.removeAttribute('open');
  tell('toast', t('saved'));
  await attempt(readAgents);
}

/** A link that is shown once, with a button that copies it. */
function showLink(box, link) {
  if (!link) return;
  const field = h('input', { readonly: true, value: link.url, 'aria-label': t('linkOnce') });
  const copy = async () => {
    field.select();
    // A page without TLS may not write there itself; what is selected can be copied by hand.
    await navigator.clipboard?.writeText(link.url).catch(() => {});
    tell('toast', t(navigator.clipboard ? 'copied' : 'selected'));
  };
  box.replaceChildren(h('p', {}, t('linkOnce')), h('div', { class: 'copy' }, field, button(t('copy'), () => void copy(), { class: 'primary small' })));
}

on('agents', drawMembers);
on('presence', () => void readAgents().catch(() => {}));
