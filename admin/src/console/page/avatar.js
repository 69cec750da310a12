// A face for somebody: initials on a tint that stays the same.

import { h } from './dom.js';
import { state } from './store.js';
import { t } from './words.js';

const TINTS = 6;

/** Initials; decoration, since the name always stands beside them. */
export function avatar(name, properties = {}) {
  const tint = [...name].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)) % 9973, 7) % TINTS;
  return h('span', { ...properties, class: `avatar tint-${tint} ${properties.class ?? ''}`, 'aria-hidden': 'true' }, initials(name));
}

function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  if (!words.length) return '·';
  const [first] = words[0];
  // One Han character says as much as two Latin letters.
  if (words.length < 2 || /\p{Script=Han}/u.test(first)) return first.toUpperCase();
  return (first + [...words.at(-1)][0]).toUpperCase();
}

/** An agent's face with a dot that tells whether they are at the desk. */
export function agentFace(id) {
  const agent = state.agents.get(id);
  const name = agent?.display ?? '';
  const presence = agent?.presence ?? 'offline';
  return h('span', { class: 'face', title: `${name} · ${t(presence)}` }, avatar(name, { class: 'small' }), h('span', { class: `presence ${presence}` }));
}
