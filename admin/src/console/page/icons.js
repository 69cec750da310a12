// Line drawings, each one path on a field of 24 × 24.

import { button } from './dom.js';

const SVG = 'http://www.w3.org/2000/svg';

const PATHS = {
  attach: 'M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.8-7.8',
  back: 'M15 5l-7 7 7 7',
  bell: 'M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  bot: 'M5 9h14v10H5zM12 9V5M9 13.5v1M15 13.5v1M12 5a.5.5 0 1 0 0-1',
  book: 'M5 4h6a3 3 0 0 1 3 3v13a2 2 0 0 0-2-2H5zM19 4h-2a3 3 0 0 0-3 3v13a2 2 0 0 1 2-2h3z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  down: 'M6 9.5l6 6 6-6',
  filter: 'M4 6h16M7 12h10M10 18h4',
  help: 'M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.6v.4M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  info: 'M4 5h16v14H4zM15 5v14',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  mute: 'M6 16v-5a6 6 0 0 1 9-5.2M18 11v5l2 2H8M10 21h4M4 4l16 16',
  note: 'M5 4h14v11l-5 5H5zM14 20v-5h5',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20a6 6 0 0 1 12 0M16 4.5a3.5 3.5 0 0 1 0 6.5M17 14.5a6 6 0 0 1 4 5.5',
  room: 'M4 5h16v11H9l-5 4z',
  saved: 'M6 4h12v16l-6-4-6 4z',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4',
  send: 'M4 12l16-8-6 16-3-7z',
  undo: 'M9 7l-5 5 5 5M4 12h10a6 6 0 0 1 6 6',
};

/** A drawing; decoration only, so it is hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows a drawing and is called by its name. */
export function iconButton(name, label, press, properties = {}) {
  const usual = { class: 'icon-button', title: label, 'aria-label': label };
  return button(icon(name), press, { ...usual, ...properties });
}
