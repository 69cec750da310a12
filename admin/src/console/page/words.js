// What the page says, in the language of the one who reads it.

import { keep, recall } from './kept.js';
import { EN } from './words-en.js';
import { ZH } from './words-zh.js';

const WORDS = { en: EN, zh: ZH };
const KEPT = 'language';
const known = name => Object.keys(WORDS).find(one => name?.toLowerCase().startsWith(one));
const chosen = () => known(recall(KEPT)) ?? navigator.languages.map(known).find(Boolean);
let current = chosen() ?? 'en';
say();

/** `zh` or `en`. */
export const language = () => current;

/** Changes the language and remembers it. */
export function speak(name) {
  current = known(name) ?? 'en';
  keep(KEPT, current);
  say();
}

/** The team's language, where neither the reader nor their browser has named one that we speak. */
export function prefer(name) {
  current = chosen() ?? known(name) ?? 'en';
  say();
}

function say() {
  document.documentElement.lang = current === 'zh' ? 'zh-CN' : 'en';
}

/** Whether there are words under a key. */
export const has = key => key in WORDS[current];

/** The words under a key, with `{values}` put in. */
export function t(key, values = {}) {
  return WORDS[current][key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}
