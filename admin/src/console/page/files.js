// Files of a line: pictures that open large, sound and film that play, everything else to save.

import { show } from './dialog.js';
import { button, h } from './dom.js';
import { icon } from './icons.js';
import { t } from './words.js';

/** The files of a line. */
export const files = all => (all.length ? h('div', { class: 'files' }, all.map(view)) : null);

function view(file) {
  if (!file.ready) return h('p', { class: 'file dim' }, icon('attach'), t('loadingFile', { name: file.name || file.mime }));
  const shown = { image: picture, voice: sound, video: film }[file.media] ?? saved;
  return shown(file);
}

function picture(file) {
  const image = h('img', { src: file.url, alt: file.name || t('picture'), loading: 'lazy' });
  image.addEventListener('error', () => made.replaceWith(saved(file)));
  const made = button(image, () => large(file), { class: 'picture', 'aria-label': t('openPicture', { name: file.name }) });
  return made;
}

function large(file) {
  const dialog = show([h('img', { src: file.url, alt: file.name || t('picture') }),
    h('p', {}, h('a', { href: file.url, download: file.name }, t('save')), button(t('close'), () => dialog.close(), { class: 'small' }))],
  { class: 'large', 'aria-label': file.name || t('picture'), on: { click: event => event.target === dialog && dialog.close() } });
}

const sound = file => h('audio', { controls: true, preload: 'none', src: file.url, 'aria-label': file.name || t('voice') });
const film = file => h('video', { controls: true, preload: 'none', src: file.url, 'aria-label': file.name || t('film') });

function saved(file) {
  return h('a', { class: 'file', href: file.url, download: file.name || true }, icon('attach'), h('span', {}, file.name || file.mime), h('span', { class: 'dim' }, file.size === null ? '' : sizeOf(file.size)));
}

/** A size as people say it. */
export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
