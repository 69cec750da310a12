// Times as people say them.

import { language, t } from './words.js';

const locale = () => (language() === 'zh' ? 'zh-CN' : 'en-GB');

/** How long something lasts: "5 min", "3 h", "2 d". */
export function span(ms) {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  const zh = language() === 'zh';
  if (minutes < 1) return t('justNow');
  if (minutes < 60) return zh ? `${minutes} 分钟` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return zh ? `${hours} 小时` : `${hours} h`;
  return zh ? `${Math.floor(hours / 24)} 天` : `${Math.floor(hours / 24)} d`;
}

export const clock = date => date.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });

/** The day as a heading between lines. */
export function day(date) {
  const days = Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  const long = { weekday: 'long', day: 'numeric', month: 'long' };
  if (date.getFullYear() !== new Date().getFullYear()) long.year = 'numeric';
  return date.toLocaleDateString(locale(), long);
}

const midnight = date => new Date(date.getFullYear(), date.getMonth(), date.getDate());

export const full = date => date.toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' });
