// Times as people say them.

import { language, t } from './words.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const locale = () => (language() === 'zh' ? 'zh-CN' : 'en-GB');

/** How long something lasts: "5 min", "3 h", "2 d". */
export function span(ms) {
  const minutes = Math.floor(Math.max(0, ms) / MINUTE);
  if (minutes < 1) return t('justNow');
  if (minutes < 60) return t('minutes', { n: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? t('hours', { n: hours }) : t('days', { n: Math.floor(hours / 24) });
}

/** How long ago something was. */
export const since = at => span(Date.now() - Date.parse(at));

export const clock = date => date.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });

/** The day as a heading between lines. */
export function day(date) {
  const days = Math.round((midnight(new Date()) - midnight(date)) / DAY);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  const long = { weekday: 'long', day: 'numeric', month: 'long' };
  if (date.getFullYear() !== new Date().getFullYear()) long.year = 'numeric';
  return date.toLocaleDateString(locale(), long);
}

const midnight = date => new Date(date.getFullYear(), date.getMonth(), date.getDate());

export const full = date => date.toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' });

/** A time of today as a clock shows it, another with its day. */
export const moment = date => (midnight(date).getTime() === midnight(new Date()).getTime() ? clock(date) : full(date));
