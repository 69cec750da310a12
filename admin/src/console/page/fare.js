// How a reply fares on its way to the customer.

import { remove } from './api.js';
import { button, h } from './dom.js';
import { attempt } from './errors.js';
import { icon } from './icons.js';
import { t } from './words.js';

const TICK = 250;

/** For how long a reply can still be undone without a trace, in milliseconds. */
export function heldFor({ delivery }) {
  if (delivery?.state !== 'queued' || !delivery.hold_until) return 0;
  return Date.parse(delivery.hold_until) - Date.now();
}

/** Whether it is not known yet how a reply will end. */
export const isOnItsWay = ({ delivery, deleted }) => !deleted && (delivery?.state === 'queued' || delivery?.state === 'sending');

/** What is said about a reply; nothing of what never was to leave. */
export function fare(line) {
  const { delivery } = line;
  if (!delivery || line.deleted) return null;
  const trouble = { dead: 'notDelivered', unknown: 'mayHaveArrived', held: 'heldBack' }[delivery.state];
  if (trouble) {
    const why = delivery.reason ? `: ${delivery.reason}` : '';
    return h('span', { class: 'fare bad' }, t(trouble) + why);
  }
  if (delivery.state === 'sent') return h('span', { class: 'fare', title: t('sent') }, icon('check'), h('span', { class: 'unseen' }, t('sent')));
  return isOnItsWay(line) && heldFor(line) <= 0 ? h('span', { class: 'fare' }, t('sending')) : null;
}

/** The button that takes a held reply back, with the seconds that are left. */
export function undoButton(path, line) {
  const label = h('span', {}, t('undoIn', { seconds: seconds(line) }));
  const made = button([icon('undo'), label], () => void attempt(() => remove(path)), { class: 'small undo' });
  const timer = setInterval(() => {
    const left = seconds(line);
    if (left <= 0 || !made.isConnected) clearInterval(timer);
    if (left > 0) label.textContent = t('undoIn', { seconds: left });
    else made.remove();
  }, TICK);
  return made;
}

const seconds = line => Math.ceil(heldFor(line) / 1000);
