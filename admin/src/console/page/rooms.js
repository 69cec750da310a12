// The foot of the left column: the rooms of the teams, and who of the others is there.

import { agentFace } from './avatar.js';
import { h, redraw } from './dom.js';
import { icon } from './icons.js';
import { hasNews } from './room.js';
import { on, servers, state } from './store.js';
import { t } from './words.js';

const SHOWN = 8;
let box = null;

/** The foot. */
export function rooms() {
  box = h('nav', { class: 'rooms', 'aria-label': t('rooms') });
  draw();
  return box;
}

function draw() {
  if (!box) return;
  const there = servers().map(agent => [agent.id, agent.display, agent.presence]);
  redraw(box, JSON.stringify([location.hash, state.teams.map(hasNews), there]), () => [knowledge(), ...state.teams.map(room), ...others()]);
}

function knowledge() {
  const here = location.hash.startsWith('#kb');
  return h('a', { href: '#kb', 'aria-current': here ? 'page' : null }, icon('book'), h('span', {}, t('knowledge')));
}

function room(team) {
  const here = decodeURIComponent(location.hash) === `#room/${team}`;
  return h('a', { href: `#room/${encodeURIComponent(team)}`, 'aria-current': here ? 'page' : null }, icon('room'), h('span', {}, t('roomOf', { team })),
    hasNews(team) ? h('span', { class: 'badge', role: 'img', 'aria-label': t('unread') }) : null);
}

function others() {
  const there = servers().filter(agent => agent.id !== state.me.id && agent.presence !== 'offline');
  if (!there.length) return [];
  const names = there.map(agent => `${agent.display} (${t(agent.presence)})`).join(', ');
  return [h('p', { class: 'there', role: 'img', 'aria-label': t('alsoHere', { names }) }, there.slice(0, SHOWN).map(agent => agentFace(agent.id)))];
}

for (const event of ['agents', 'room-seen', 'current']) on(event, draw);
