// Importing files: looked at first, then imported, and undone as a whole.

import { get, post, send } from './api.js';
import { ask } from './dialog.js';
import { button, h, reconcile } from './dom.js';
import { attempt } from './errors.js';
import { shifts } from './kb-shown.js';
import { mayAs, tell } from './store.js';
import { labelled } from './team.js';
import { full } from './time.js';
import { t } from './words.js';

const ENDINGS = '.csv,.xlsx,.json,.jsonl,.md,.html,.htm,.docx,.pdf,.zip';
const COUNTS = ['created', 'updated', 'unchanged', 'repeated', 'archived', 'in_review', 'sections', 'published', 'held_back', 'rejected'];
let list = null;

/** The form, its report, and the last imports. */
export function imports() {
  list = h('ul', { class: 'members' });
  void read();
  return [mayAs('admin') ? importing() : h('p', { class: 'dim' }, t('kbImportByAdmins')), h('h2', {}, t('kbLastImports')), list];
}

async function read() {
  const found = await attempt(() => get('/kb/imports'));
  if (!found) return;
  const rows = found.imports.map(one => ({ key: `${one.number}`, version: JSON.stringify(one), make: () => row(one) }));
  reconcile(list, rows.length ? rows : [{ key: 'empty', version: '', make: () => h('li', { class: 'empty' }, t('kbNoImports')) }]);
}

function row(one) {
  const counts = ['created', 'updated', 'unchanged', 'rejected'].map(name => `${one[name]} ${t(`kbCount_${name}`)}`).join(' · ');
  const undo = mayAs('admin') && !one.undone ? button(t('kbUndo'), () => void undoImport(one), { class: 'small quiet danger' }) : null;
  return h('li', { class: one.undone ? 'disabled' : null }, h('div', { class: 'member-head' }, h('strong', {}, `#${one.number}`), h('div', { class: 'member-name' }, h('span', {}, one.files.join(', ')), h('span', { class: 'dim' }, `${full(new Date(one.at))} · ${one.author} · ${counts}`)),
    one.undone ? h('span', { class: 'chip' }, t('kbUndone')) : null, undo));
}

async function undoImport(one) {
  const sure = await ask({ title: t('kbUndoSure', { number: one.number }), text: t('kbUndoHelp'), confirm: t('kbUndo'), danger: true });
  if (!sure) return;
  const undone = await attempt(() => post(`/kb/imports/${one.number}/undo`));
  if (undone) tell('toast', t('kbUndoneAs', undone));
  await read();
}

function importing() {
  const file = h('input', { type: 'file', accept: ENDINGS, class: 'kb-file' });
  const space = labelled(t('kbField_space'), h('input', { autocomplete: 'off' }), t('kbSpaceHelp'));
  const publish = h('input', { type: 'checkbox', checked: true });
  const report = h('div', { class: 'kb-report', 'aria-live': 'polite' });
  const run = async (dry, force = false) => {
    const [chosen] = file.files;
    if (!chosen) return;
    report.replaceChildren(h('div', { class: 'skeleton' }), h('div', { class: 'skeleton' }));
    const query = new URLSearchParams({ name: chosen.name, dry_run: dry, force, publish: publish.checked, space: space.control.value.trim() });
    const found = await attempt(() => send(`/kb/imports?${query}`, chosen));
    report.replaceChildren(...(found ? reported(found, dry, run) : []));
    if (!dry) await read();
  };
  for (const field of [file, space.control, publish]) field.addEventListener('change', () => void run(true));
  return h('div', { class: 'panel kb-import' }, h('label', { class: 'kb-drop' }, h('strong', {}, t('kbChoose')), h('span', { class: 'dim' }, t('kbKinds')), file),
    h('div', { class: 'fields' }, space.element, h('label', { class: 'check' }, publish, h('span', {}, h('strong', {}, t('kbPublishToo')), h('small', {}, t('kbPublishTooHelp'))))), report);
}

function reported(found, dry, run) {
  const counted = COUNTS.filter(name => found[name] > 0).map(name => h('li', { class: name === 'rejected' || name === 'held_back' ? 'bad' : null }, h('strong', {}, found[name]), ` ${t(`kbCount_${name}`)}`));
  const errors = found.errors.length ? h('details', { open: found.errors.length < 6 }, h('summary', {}, t('kbBadRows', { count: found.rejected })), h('ul', { class: 'kb-errors' }, found.errors.slice(0, 200).map(one => h('li', {}, one)))) : null;
  const first = dry && found.first.length ? h('details', {}, h('summary', {}, t('kbFirstRows')), h('ul', { class: 'kb-errors' }, found.first.map(one => h('li', { dir: 'auto' }, one)))) : null;
  const worse = found.preview.worse.length ? [h('strong', {}, t('kbHeldBack')), shifts(found.preview.worse)] : null;
  const go = dry && found.accepted ? button(t('kbImportNow'), () => void run(false), { class: 'primary small' }) : null;
  const anyway = !dry && found.held_back ? button(t('kbAnyway'), () => void run(false, true), { class: 'small danger' }) : null;
  return [h('h2', {}, t(dry ? 'kbWould' : 'kbDid', { number: found.number })), h('ul', { class: 'kb-counts' }, counted), worse, errors, first, h('div', { class: 'row-actions' }, go, anyway)].flat().filter(Boolean);
}
