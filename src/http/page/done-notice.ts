import { type Html, html } from './render/html.ts';

/** What was done, by the word that the address carries after it. */
const WORDS: Readonly<Record<string, string>> = {
  retry: 'Asked for again: it stands in the queue.',
  cancel: 'Cancelled, or about to be: what runs ends at its next step.',
  acknowledge: 'Noted: it is no longer among what nobody has looked at.',
  replay: 'It will be told once more.',
};

export function doneNotice(done: unknown): Html | null {
  if (typeof done !== 'string' || !Object.hasOwn(WORDS, done)) return null;
  return html`<p class="notice good" role="status">${WORDS[done]}</p>`;
}

/** The address with that word. @param path of this service, with its query */
export function withDone(path: string, done: string): string {
  const url = new URL(path, 'http://own.invalid');
  url.searchParams.set('done', done);
  return `${url.pathname}${url.search}`;
}
