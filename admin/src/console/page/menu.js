// A button with a menu under it; a sheet at the bottom of a phone.

import { button, h } from './dom.js';

/**
 * `items` is asked each time the menu opens, for a list of `{ label, press, hint, chosen, danger }`; `null`
 * draws a line, and an element is shown as it is.
 */
export function menuButton(content, items, properties = {}) {
  const opener = button(content, () => (box.querySelector('.menu-list') ? close() : open()), {
    'aria-haspopup': 'menu', 'aria-expanded': 'false', ...properties,
  });
  const box = h('div', { class: 'menu', on: { keydown: event => key(event), focusout: event => left(event) } }, opener);

  function open() {
    const list = h('div', { class: 'menu-list', role: 'menu' }, items().map(item));
    box.append(list);
    opener.setAttribute('aria-expanded', 'true');
    keepInside(list);
    (list.querySelector('[aria-checked="true"]') ?? list.querySelector('button'))?.focus();
    addEventListener('pointerdown', outside);
  }

  function close() {
    box.querySelector('.menu-list')?.remove();
    opener.setAttribute('aria-expanded', 'false');
    removeEventListener('pointerdown', outside);
  }

  function item(one) {
    if (one === null) return h('hr');
    if (one instanceof Element) return one;
    const role = one.chosen === undefined ? 'menuitem' : 'menuitemradio';
    const press = () => {
      close();
      opener.focus({ preventScroll: true });
      one.press();
    };
    const words = [h('span', {}, one.label), one.hint ? h('span', { class: 'hint' }, one.hint) : null];
    return button(words, press, { role, class: one.danger ? 'danger' : null, 'aria-checked': one.chosen === undefined ? null : String(one.chosen) });
  }

  const outside = event => !box.contains(event.target) && close();
  const left = event => event.relatedTarget && !box.contains(event.relatedTarget) && close();

  function key(event) {
    const choices = [...box.querySelectorAll('.menu-list button')];
    if (!choices.length) return;
    const at = choices.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1 + choices.length, Home: 0, End: choices.length - 1 };
    if (event.key === 'Escape') {
      close();
      opener.focus();
    } else if (event.key in steps) {
      choices[steps[event.key] % choices.length].focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return box;
}

/** Opens to the other side where the window ends. */
function keepInside(list) {
  const place = list.getBoundingClientRect();
  list.classList.toggle('to-left', place.right > innerWidth - 8);
  list.classList.toggle('upwards', place.bottom > innerHeight - 8 && place.top > innerHeight / 2);
}
