// Questions that need an answer before something is done.

import { button, h } from './dom.js';
import { t } from './words.js';

/** Shows something above the page until it is closed; focus goes back to where it was. */
export function show(content, properties = {}) {
  const before = document.activeElement;
  const dialog = h('dialog', properties, content);
  dialog.addEventListener('close', () => {
    dialog.remove();
    before?.focus?.({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Asks for the values of some fields, `{ name, label, control }`; gives them by name, or `null` when it was
 * thought better of. Without fields it asks for a yes.
 */
export function ask({ title, text, fields = [], confirm, danger = false }) {
  return new Promise(done => {
    let answer = null;
    const submit = event => {
      event.preventDefault();
      answer = Object.fromEntries(fields.map(({ name, control }) => [name, control.value.trim()]));
      dialog.close();
    };
    const form = h('form', { class: 'ask', on: { submit } },
      h('h2', { id: 'ask-title' }, title), text ? h('p', {}, text) : null,
      fields.map(({ label, control }) => h('label', {}, h('span', {}, label), control)),
      h('div', { class: 'ask-foot' }, button(t('cancel'), () => dialog.close()), h('button', { class: danger ? 'primary danger' : 'primary' }, confirm)));
    const dialog = show(form, { 'aria-labelledby': 'ask-title', on: { close: () => done(answer) } });
  });
}

/** A list to choose from, as a field; options are `[value, words]`. */
export function choice(options, chosen) {
  return h('select', {}, options.map(([value, words]) => h('option', { value, selected: value === chosen }, words)));
}
