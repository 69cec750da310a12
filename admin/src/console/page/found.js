// What the bot found and why it answered, or did not.

import { h } from './dom.js';
import { moment } from './time.js';
import { t } from './words.js';

const SHOWN = 3;
const percent = share => `${Math.round(share * 100)}%`;

/** The newest findings, folded. */
export function findings(found) {
  return found.slice(0, SHOWN).map(one => h('details', {},
    h('summary', {}, h('span', { class: 'quote', dir: 'auto' }, one.looked_up), h('span', { class: 'dim' }, verdict(one))), candidates(one)));
}

/** What came of a search. */
function verdict({ candidates: all, confident_from: confident, choices_from: choices }) {
  const best = all[0]?.probability ?? 0;
  if (best >= confident) return t('foundAnswer');
  return best >= choices ? t('foundChoices') : t('foundNothing');
}

/** The articles that were considered, with how well each fits. */
export function candidates(one) {
  if (!one.candidates.length) return h('p', { class: 'dim' }, t('noCandidates'));
  return h('div', { class: 'candidates' },
    h('ol', {}, one.candidates.slice(0, 5).map(candidate)),
    h('p', { class: 'dim' }, t('thresholds', { answer: percent(one.confident_from), choices: percent(one.choices_from), time: moment(new Date(one.at)) })));
}

function candidate({ title, probability }) {
  const share = percent(probability);
  return h('li', {}, h('span', { dir: 'auto' }, title), h('meter', { min: '0', max: '1', value: probability, 'aria-label': `${title}: ${share}` }), h('span', { class: 'percent' }, share));
}
