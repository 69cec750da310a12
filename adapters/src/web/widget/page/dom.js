// Builds elements. Text only ever becomes text nodes.

/** An element; `on` holds listeners, `label` is read by screen readers. */
export function h(tag, properties = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) set(element, name, value);
	element.append(...children.flat(9).filter(one => one !== null && one !== undefined && one !== false));
	return element;
}

function set(element, name, value) {
	if (value === null || value === undefined || value === false) return;
	if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
	else if (name === 'value' || name === 'disabled') element[name] = value;
	else element.setAttribute(name === 'label' ? 'aria-label' : name, value === true ? '' : value);
}

export const button = (label, press, properties = {}) => h('button', { type: 'button', ...properties, on: { click: press } }, label);

const SHAPES = {
	attach: 'M17 7l-8 8a2 2 0 0 0 3 3l8-8a4 4 0 0 0-6-6l-8 8a6 6 0 0 0 9 9l6-6',
	back: 'M15 5l-7 7 7 7',
	chat: 'M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z',
	close: 'M6 6l12 12M18 6L6 18',
	mute: 'M4 9v6h4l5 4V5L8 9zM17 9l4 6M21 9l-4 6',
	send: 'M4 12l16-8-6 16-3-7z',
	sound: 'M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 0 1 0 6M19 6a8 8 0 0 1 0 12',
	star: 'M12 3l2.8 5.8 6.2.9-4.5 4.4 1 6.3-5.5-3-5.5 3 1-6.3L3 9.7l6.2-.9z',
};
const SVG = 'http://www.w3.org/2000/svg';

/** A line drawing; decoration only. */
export function icon(name) {
	const [svg, path] = [document.createElementNS(SVG, 'svg'), document.createElementNS(SVG, 'path')];
	svg.setAttribute('viewBox', '0 0 24 24');
	svg.setAttribute('aria-hidden', 'true');
	path.setAttribute('d', SHAPES[name]);
	svg.append(path);
	return svg;
}

export const iconButton = (name, label, press, properties = {}) =>
	button(icon(name), press, { class: 'icon', title: label, label, ...properties });

/** Text with its web addresses as links; everything else stays text. */
export function linked(text) {
	const parts = [];
	let from = 0;
	for (const found of text.matchAll(/https?:\/\/[^\s<>"'，。！？；：、（）「」]+/g)) {
		const address = found[0].replace(/[.,;:!?)]+$/, '');
		parts.push(text.slice(from, found.index), h('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, address));
		from = found.index + address.length;
	}
	parts.push(text.slice(from));
	return parts.filter(part => part !== '');
}
