import { type Html, html } from './render/html.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** How long something took, or ago it was: two figures at most. */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < MINUTE) return `${Math.floor(seconds)} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} d`;
}

/** How old it is; exactly when to whoever points at it. */
export function age(at: Date, now: Date): Html {
  const words =
    now.getTime() - at.getTime() < 10_000 ? 'just now' : durationWords(now.getTime() - at.getTime());
  return html`<time datetime=${at.toISOString()} title=${momentWords(at)}>${words}</time>`;
}

/** A moment to the second, in UTC as the log has it. */
export function moment(at: Date): Html {
  return html`<time datetime=${at.toISOString()}>${momentWords(at)}</time>`;
}

const momentWords = (at: Date): string =>
  at
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
