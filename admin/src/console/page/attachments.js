// Files that will go with the next line: they are uploaded as soon as they are chosen.

import { upload } from './api.js';
import { h } from './dom.js';
import { said } from './errors.js';
import { sizeOf } from './files.js';
import { icon, iconButton } from './icons.js';
import { tell } from './store.js';
import { t } from './words.js';

const LARGEST = 20 * 1024 * 1024;
const MOST = 10;

/** The files of a composer; `changed` hears when one comes, is ready or goes. */
export function attachments(changed) {
  const made = { files: [], changed, element: h('ul', { class: 'uploads', 'aria-label': t('filesToSend') }) };
  return {
    element: made.element,
    add: files => [...files].forEach(file => add(made, file)),
    isBusy: () => made.files.some(one => !one.id),
    isEmpty: () => !made.files.length,
    take: () => take(made),
  };
}

function add(made, file) {
  if (file.size > LARGEST) tell('toast', t('fileTooLarge', { name: file.name }));
  else if (made.files.length >= MOST) tell('toast', t('tooManyFiles', { most: MOST }));
  else void load(made, file);
}

async function load(made, file) {
  const bar = h('progress', { max: '1', value: 0, 'aria-label': t('uploading', { name: file.name }) });
  const one = { id: null, name: file.name, chip: null };
  one.chip = h('li', { class: 'upload' }, preview(file), h('span', { class: 'upload-name' }, file.name || t('picture')), h('span', { class: 'dim' }, sizeOf(file.size)), bar,
    iconButton('close', t('removeFile', { name: file.name }), () => drop(made, one), { class: 'icon-button tiny' }));
  made.files.push(one);
  made.element.append(one.chip);
  made.changed();
  try {
    one.id = (await upload(file, share => { bar.value = share; })).id;
    bar.remove();
  } catch (error) {
    drop(made, one);
    tell('toast', t('fileNotUploaded', { name: file.name, why: said(error) }));
  }
  made.changed();
}

function preview(file) {
  if (!/^image\/(png|jpeg|gif|webp)$/.test(file.type)) return icon('attach');
  const address = URL.createObjectURL(file);
  const forget = () => URL.revokeObjectURL(address);
  return h('img', { src: address, alt: '', on: { load: forget, error: forget } });
}

function drop(made, one) {
  made.files = made.files.filter(kept => kept !== one);
  one.chip.remove();
  made.changed();
}

function take(made) {
  const taken = made.files.map(({ id, name }) => ({ id, name }));
  made.files = [];
  made.element.replaceChildren();
  return taken;
}
