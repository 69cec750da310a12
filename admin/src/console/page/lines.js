// One line of a conversation.

import { patch, post, fresh, remove } from './api.js';
import { button, h, linked } from './dom.js';
import { state } from './store.js';
import { clock, full } from './time.js';
import { t } from './words.js';

/** A line as it is shown. `actions.failed` hears of an error. */
export function lineView(number, line, actions) {
  const who = line.from.who;
  const side = line.kind === 'note' ? 'note' : who === 'customer' ? 'in' : who === 'system' ? 'system' : 'out';
  const classes = ['line', side, who, line.deleted ? 'deleted' : ''].join(' ');
  const content = line.deleted ? [h('p', { class: 'text' }, t('deleted'))] : [words(line), files(line), choices(number, line, actions)];
  return h('li', { class: classes, data: { id: line.id }, tabindex: '-1' },
    h('div', { class: 'bubble' }, head(line, side), content, foot(number, line, actions)));
}

function head(line, side) {
  const at = new Date(line.at);
  const name = speaker(line);
  const note = side === 'note' ? h('span', { class: 'label' }, t('note')) : null;
  return h('div', { class: 'line-head' }, h('span', { class: 'speaker' }, name), note,
    h('time', { datetime: line.at, title: full(at) }, clock(at)),
    line.edited && !line.deleted ? h('span', { class: 'mark' }, t('edited')) : null);
}

function speaker({ from }) {
  if (from.who === 'agent') return from.id === state.me.id ? t('you') : from.name;
  if (from.who === 'customer') return from.name || t('customer');
  return t(from.who);
}

function words(line) {
  if (!line.text) return null;
  const source = line.source ? h('div', { class: 'source' }, `${t('source')} · ${line.source}`) : null;
  return [h('p', { class: 'text' }, linked(line.text)), source];
}

function files(line) {
  return line.attachments.map(file => {
    if (file.media === 'image' && file.size !== null) return picture(file);
    const name = file.name || file.mime;
    const size = file.size === null ? '' : ` · ${sizeOf(file.size)}`;
    return h('a', { class: 'file', href: file.url, target: '_blank', rel: 'noopener', download: name }, `📎 ${name}${size}`);
  });
}

function picture(file) {
  const image = h('img', { src: file.url, alt: file.name, loading: 'lazy' });
  return button(image, () => large(file), { class: 'picture', 'aria-label': file.name || 'image' });
}

function large(file) {
  const dialog = h('dialog', { class: 'large', 'aria-label': file.name, on: { click: () => dialog.close(), close: () => dialog.remove() } },
    h('img', { src: file.url, alt: file.name }));
  document.body.append(dialog);
  dialog.showModal();
}

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function choices(number, line, actions) {
  if (!line.choices.length) return null;
  const press = async (choice, pressed) => {
    pressed.disabled = true;
    try {
      await post(`/threads/${number}/buttons`, { key: fresh(), choice: choice.id });
    } catch (error) {
      pressed.disabled = false;
      actions.failed(error);
    }
  };
  // What the customer may choose is only shown here; it is theirs to press.
  const own = line.from.who === 'bot';
  return h('div', { class: 'choices' }, line.choices.map(choice => {
    if (own) return h('span', { class: 'chip' }, choice.label);
    const made = button(choice.label, () => press(choice, made), { class: 'small' });
    return made;
  }));
}

function foot(number, line, actions) {
  if (line.deleted || line.from.who !== 'agent' || !line.message) return null;
  const mine = line.from.id === state.me.id;
  return h('div', { class: 'line-foot' }, fare(line), mine ? tools(number, line, actions) : null);
}

function fare({ delivery }) {
  if (!delivery) return null;
  if (delivery.state === 'dead') return h('span', { class: 'fare bad', title: delivery.reason }, t('notDeliveredWhy', { why: delivery.reason ?? '' }));
  if (delivery.state === 'unknown') return h('span', { class: 'fare bad' }, t('unknownDelivery'));
  if (delivery.state === 'held') return h('span', { class: 'fare bad', title: delivery.reason }, delivery.reason ?? t('notDelivered'));
  if (delivery.state === 'sent') return h('span', { class: 'fare', title: t('answer') }, '✓');
  return null;
}

function tools(number, line, actions) {
  const path = `/threads/${number}/messages/${line.message}`;
  const held = heldFor(line);
  const take = async () => {
    try {
      await remove(path);
    } catch (error) {
      actions.failed(error);
    }
  };
  if (held > 0) {
    const label = h('span', {}, t('undoIn', { seconds: Math.ceil(held / 1000) }));
    return button(label, take, { class: 'small undo', data: { until: line.delivery.hold_until } });
  }
  const taking = () => confirm(t('confirmDelete')) && take();
  return h('span', { class: 'tools' },
    button(t('edit'), () => actions.edit(line, text => patch(path, { key: fresh(), text })), { class: 'link' }),
    button(t('delete'), taking, { class: 'link' }));
}

/** For how long a reply can still be undone without a trace, in milliseconds. */
export function heldFor({ delivery }) {
  if (delivery?.state !== 'queued' || !delivery.hold_until) return 0;
  return Date.parse(delivery.hold_until) - Date.now();
}
