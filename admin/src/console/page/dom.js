// Builds elements. Text only ever becomes text nodes: nothing here reads markup.

/** An element with properties and children. `on` holds listeners, `data` dataset values. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...children.flat(Infinity).filter(one => one !== null && one !== undefined && one !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === 'on') {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else if (name === 'data') {
    Object.assign(element.dataset, value);
  } else if (name === 'value' || name === 'checked' || name === 'disabled') {
    element[name] = value;
  } else {
    element.setAttribute(name, value === true ? '' : value);
  }
}

/** A button that is never a form's submit by accident. */
export function button(label, press, properties = {}) {
  return h('button', { type: 'button', ...properties, on: { click: press } }, label);
}

const SVG = 'http://www.w3.org/2000/svg';
const ICONS = {
  attach: 'M16.5 6.5 9 14a2.5 2.5 0 0 0 3.5 3.5l8-8a4.5 4.5 0 0 0-6.4-6.4l-8 8a6.5 6.5 0 0 0 9.2 9.2l6.7-6.7',
  back: 'M15 5l-7 7 7 7',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  close: 'M6 6l12 12M18 6L6 18',
  info: 'M12 11v6M12 7.5v.5M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  mute: 'M6 16V11a6 6 0 0 1 9-5M18 11v5l2 2H8M10 21h4M4 4l16 16',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20a6 6 0 0 1 12 0M16 4.5a3.5 3.5 0 0 1 0 6.5M17 14.5a6 6 0 0 1 4 5.5',
  room: 'M4 5h16v11H9l-5 4z',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4',
  send: 'M4 12l16-8-6 16-3-7z',
  undo: 'M9 7L4 12l5 5M4 12h10a6 6 0 0 1 6 6',
};

/** A line drawing; decoration only, so it is hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows a drawing and is called by its name. */
export function iconButton(name, label, press, properties = {}) {
  const made = button(icon(name), press, { class: 'icon-button', title: label, 'aria-label': label, ...properties });
  return made;
}

const LINK = /https?:\/\/[^\s<>"'，。！？；：、（）「」]+/g;

/** Text with its web addresses as links; everything else stays text. */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const address = found[0].replace(/[.,;:!?)]+$/, '');
    parts.push(text.slice(from, found.index));
    parts.push(h('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, address));
    from = found.index + address.length;
  }
  parts.push(text.slice(from));
  return parts.filter(part => part !== '');
}
