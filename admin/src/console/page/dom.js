// Builds elements. Text only ever becomes text nodes: nothing here reads markup.

/** An element with properties and children. `on` holds listeners, `data` dataset values. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...children.flat(Infinity).filter(is));
  return element;
}

const is = one => one !== null && one !== undefined && one !== false && one !== '';

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === 'on') {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else if (name === 'data') {
    Object.assign(element.dataset, value);
  } else if (name === 'checked') {
    // A form that is reset goes back to it.
    element.defaultChecked = value;
  } else if ((name === 'value' && element.localName !== 'meter') || name === 'disabled') {
    element[name] = value;
  } else {
    element.setAttribute(name, value === true ? '' : value);
  }
}

/** A button that is never a form's submit by accident. */
export function button(label, press, properties = {}) {
  return h('button', { type: 'button', ...properties, on: { click: press } }, label);
}

const versions = new WeakMap();

/**
 * Draws the content of an element anew when its version has changed, and only then: what is not touched
 * keeps its focus, and a press on it is not lost.
 */
export function redraw(element, version, make) {
  if (versions.get(element) === version) return;
  versions.set(element, version);
  element.replaceChildren(...[make()].flat(Infinity).filter(is));
}

/**
 * Brings the children of an element to what is wanted, a list of `{ key, version, make, refresh }`. A child
 * whose version is the same is left alone, but for what `refresh` changes in it: it keeps its place under a
 * reader's eyes, its selection and its focus.
 */
export function reconcile(parent, wanted) {
  const focused = parent.contains(document.activeElement) ? keyOf(parent, document.activeElement) : null;
  const keys = new Set(wanted.map(one => one.key));
  for (const child of [...parent.children]) if (!keys.has(child.dataset.key)) child.remove();
  const known = new Map([...parent.children].map(child => [child.dataset.key, child]));
  let next = parent.firstElementChild;
  for (const one of wanted) {
    const old = known.get(one.key);
    const child = current(old, one);
    if (old && old !== child) {
      if (next === old) next = child;
      old.replaceWith(child);
    }
    if (next === child) next = child.nextElementSibling;
    else parent.insertBefore(child, next);
  }
  if (focused !== null && !parent.contains(document.activeElement)) refocus(parent, focused);
}

function current(child, { key, version, make, refresh }) {
  if (child && versions.get(child) === version) {
    refresh?.(child);
    return child;
  }
  const made = make();
  made.dataset.key = key;
  versions.set(made, version);
  refresh?.(made);
  return made;
}

function keyOf(parent, element) {
  let child = element;
  while (child.parentElement && child.parentElement !== parent) child = child.parentElement;
  return child.dataset?.key ?? null;
}

function refocus(parent, key) {
  const child = [...parent.children].find(one => one.dataset.key === key);
  child?.querySelector('button, a, input, [tabindex]')?.focus({ preventScroll: true });
}

const LINK = /https?:\/\/[^\s<>"'，。！？；：、（）「」]+/g;

/** Text with its web addresses as links; everything else stays text. */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const address = found[0].replace(/[.,;:!?)]+$/, '');
    parts.push(text.slice(from, found.index), link(address));
    from = found.index + address.length;
  }
  parts.push(text.slice(from));
  return parts;
}

function link(address) {
  return h('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, address);
}
