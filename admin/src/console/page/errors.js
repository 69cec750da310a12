// Errors in the words of the page.

import { tell } from './store.js';
import { has, t } from './words.js';

/** Why something did not go well, for people. */
export function said(error) {
  const byField = `field_${error.field}`;
  if (error.field && has(byField)) return t(byField);
  const byCode = `error_${error.code}`;
  return has(byCode) ? t(byCode) : error.message;
}

/** Shows why something did not go well; who is not signed in any more is asked to. */
export function complain(error) {
  if (error.status === 401) tell('signed-out');
  else tell('toast', t('failed', { why: said(error) }));
}

/** Does something, and complains if that goes wrong; gives its result, or `null`. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    complain(error);
    return null;
  }
}
