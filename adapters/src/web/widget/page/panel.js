// The panel: its head, the conversation, and where one writes.

import { button, h, iconButton } from './dom.js';
import { lineView, waitingView } from './line.js';
import { day, t } from './words.js';

const NEAR_END = 60;
const LARGEST = 20 * 1024 * 1024;
const TYPING_EVERY = 3_000;

/** The head with the desk's name and who is there. */
export function head(app) {
	const { desk } = app;
	const names = desk.agents.join(', ');
	const state = names ? t('here', { names }) : desk.open ? t('open') : t('away', { hours: desk.hours });
	return h('header', {},
		app.view === 'chat' ? iconButton('back', t('back'), () => app.go('welcome')) : null,
		h('div', { class: 'title' }, h('strong', { id: 'title' }, desk.name), h('span', { class: desk.open || names ? 'there' : '' }, state)),
		iconButton(app.muted ? 'mute' : 'sound', t(app.muted ? 'muted' : 'sound'), () => app.mute()),
		iconButton('close', t('close'), () => app.close()));
}

/** The conversation. */
export function chat(app) {
	const { link } = app;
	const box = h('div', { class: 'lines', role: 'log', 'aria-live': 'polite', label: t('chat'), tabindex: '0' });
	const typing = h('div', { class: 'typing', 'aria-live': 'polite' });
	const jump = button(t('newLines'), () => end(), { class: 'jump', hidden: true });
	const end = () => { box.scrollTop = box.scrollHeight; jump.hidden = true; };
	const isAtEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
	let timer = 0;
	const draw = isNew => {
		const stay = box.childElementCount && !isAtEnd();
		const focused = box.contains(box.getRootNode().activeElement) ? box.getRootNode().activeElement : null;
		if (focused?.tagName === 'INPUT') return;
		box.replaceChildren(...rows(app));
		if (!stay) end();
		else if (isNew?.length) jump.hidden = false;
		if (isNew?.length) typing.textContent = '';
	};
	box.addEventListener('scroll', () => isAtEnd() && (jump.hidden = true));
	box.addEventListener('load', () => jump.hidden && end(), true);
	const part = writer(app, end);
	return {
		element: h('div', { class: 'chat' }, h('div', { class: 'box' }, box, jump), typing, h('div', { class: 'offline', role: 'status', hidden: link.online }, t('offline'), button(t('retry'), () => link.retry())), part.element),
		draw,
		focus: part.focus,
		offline: is => { box.parentNode.parentNode.querySelector('.offline').hidden = !is; draw(); },
		typing: name => {
			typing.textContent = t('agentTyping', { name });
			clearTimeout(timer);
			timer = setTimeout(() => { typing.textContent = ''; }, 5_000);
		},
	};
}

function rows(app) {
	const { link } = app;
	const lines = [...link.lines.values()].filter(line => !(line.from === 'customer' && !line.text && !line.attachments.length && !line.deleted));
	lines.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
	const newest = lines.findLast(line => line.from !== 'customer')?.id;
	const shown = [];
	let [speaker, date] = ['', ''];
	for (const line of lines) {
		const on = day(new Date(line.at));
		if (on !== date) shown.push(h('div', { class: 'day', role: 'separator' }, on));
		const who = line.from + (line.name ?? '');
		shown.push(lineView(line, { first: who !== speaker || on !== date, newest: line.id === newest, act: app }));
		[speaker, date] = [who, on];
	}
	const waiting = link.outbox.filter(line => !line.choice && !link.lines.has(line.message));
	return [...shown, ...waiting.map(line => waitingView(line, link))];
}

function writer(app, end) {
	const { link } = app;
	let files = [];
	let typed = 0;
	const chips = h('div', { class: 'files' });
	const text = h('textarea', {
		rows: '1', placeholder: t('ask'), label: t('ask'), enterkeyhint: 'send', maxlength: '20000',
		on: {
			input: () => {
				grow();
				if (Date.now() - typed < TYPING_EVERY) return;
				typed = Date.now();
				link.typing();
			},
			keydown: event => {
				// Enter belongs to an input method while it composes.
				if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
				event.preventDefault();
				send();
			},
			paste: event => take(event.clipboardData.files),
		},
	});
	const grow = () => {
		text.style.height = 'auto';
		text.style.height = `${text.scrollHeight + 2}px`;
	};
	const send = () => {
		const words = text.value.trim();
		if (files.some(file => !file.url) || (!words && !files.length)) return;
		link.write({ text: words, files });
		files = [];
		chips.replaceChildren();
		text.value = '';
		grow();
		end();
	};
	const note = words => chips.append(h('span', { class: 'note', role: 'alert' }, words));
	const load = async file => {
		const one = { name: file.name };
		const bar = h('progress', { max: '1', value: 0, label: t('uploading', { name: file.name }) });
		const drop = () => { files = files.filter(kept => kept !== one); chip.remove(); };
		const chip = h('span', {}, file.name, bar, iconButton('close', t('remove'), drop));
		files.push(one);
		chips.append(chip);
		try {
			Object.assign(one, await link.upload(file, share => { bar.value = share; }));
			bar.remove();
		} catch (error) {
			drop();
			note(t('failed', { why: error.message }));
		}
	};
	const take = list => {
		for (const file of list) {
			if (file.size > LARGEST) note(t('fileTooLarge', { name: file.name }));
			else void load(file);
		}
	};
	const picker = h('input', { type: 'file', multiple: true, hidden: true, on: { change: () => { take(picker.files); picker.value = ''; } } });
	const element = h('div', { class: 'writer', on: { dragover: event => event.preventDefault(), drop: event => { event.preventDefault(); take(event.dataTransfer.files); } } },
		chips, h('div', { class: 'row' }, iconButton('attach', t('attach'), () => picker.click()), picker, text, iconButton('send', t('send'), send, { class: 'icon send' })));
	return { element, focus: () => text.focus() };
}
