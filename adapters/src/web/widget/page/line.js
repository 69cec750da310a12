// One line of the conversation.

import { button, h, icon, linked } from './dom.js';
import { clock, t } from './words.js';

/** A line as it is shown. `first` begins a group of one speaker; `act` sends choices and ratings. */
export function lineView(line, { first, newest, act }) {
	const side = line.from === 'customer' ? 'own' : line.kind === 'notice' || line.from === 'system' ? 'notice' : 'theirs';
	const body = line.deleted ? h('p', { class: 'gone' }, t('deleted')) : [words(line), files(line)];
	const filled = line.deleted || line.text || line.attachments.length;
	return h('div', { class: `line ${side} ${first ? 'first' : ''}` },
		first && side === 'theirs' ? h('div', { class: 'name' }, speaker(line)) : null,
		filled ? h('div', { class: 'bubble', title: clock(new Date(line.at)) }, body, line.edited && !line.deleted ? h('small', {}, t('edited')) : null) : null,
		line.source && !line.deleted ? h('div', { class: 'source' }, line.source) : null,
		line.deleted || !line.choices.length ? null : choices(line, newest, act));
}

const speaker = line => line.name ?? t(line.from === 'bot' ? 'bot' : 'desk');

function words(line) {
	return line.text ? h('p', {}, linked(line.text)) : null;
}

function files(line) {
	return line.attachments.map(file => {
		const shown = file.mime.startsWith('image/') && file.size > 0;
		const inside = shown ? h('img', { src: file.url, alt: file.name, loading: 'lazy' }) : `📎 ${file.name}`;
		return h('a', { class: shown ? 'picture' : 'file', href: file.url, target: '_blank', rel: 'noopener noreferrer' }, inside);
	});
}

/** What may be chosen: stars for a survey, thumbs under an answer, chips otherwise. */
function choices(line, newest, act) {
	const chosen = act.kept.get(`chosen.${line.id}`);
	if (line.kind === 'survey' && line.choices.length === 5) return stars(line, chosen, act);
	const votes = line.choices.every(choice => /^\p{Extended_Pictographic}/u.test(choice.label));
	// Chips of old questions are in the way; votes are welcome later too.
	if (!newest && !votes && !chosen) return null;
	return h('div', { class: votes ? 'votes' : 'chips', role: 'group' }, line.choices.map(choice => button(choice.label, () => act.choose(line.id, choice), {
		'aria-pressed': String(chosen === choice.id), disabled: Boolean(chosen) && !votes, label: choice.label,
	})));
}

function stars(line, chosen, act) {
	const choices = [...line.choices].sort((a, b) => a.label.length - b.label.length);
	const at = choices.findIndex(choice => choice.id === chosen);
	const made = choices.map((choice, place) => button(icon('star'), () => act.choose(line.id, choice), {
		label: t('rate', { stars: place + 1 }), 'aria-pressed': String(place === at), class: place <= at ? 'lit' : '', disabled: at >= 0,
	}));
	return h('div', { class: 'stars', role: 'group' }, made, ![0, 1].includes(at) || act.kept.get(`commented.${line.id}`) ? null : comment(line, act));
}

function comment(line, act) {
	const text = h('input', { placeholder: t('comment'), label: t('comment'), maxlength: '1000' });
	return h('form', { class: 'comment', on: { submit: event => { event.preventDefault(); act.comment(line.id, text.value.trim()); } } }, text, h('button', {}, t('send')));
}

/** A line that is not acknowledged, or was refused. */
export function waitingView(line, link) {
	const words = line.refused ? t('failed', { why: line.refused }) : line.message ? '' : t(link.online ? 'sending' : 'waiting');
	return h('div', { class: `line own ${line.refused ? 'refused' : line.message ? '' : 'waiting'}` },
		h('div', { class: 'bubble' }, h('p', {}, line.text), (line.files ?? []).map(file => h('span', { class: 'file' }, `📎 ${file.name}`))),
		words ? h('div', { class: 'state' }, words, line.refused ? [button(t('retry'), () => link.retry()), button(t('remove'), () => link.drop(line))] : null) : null);
}
