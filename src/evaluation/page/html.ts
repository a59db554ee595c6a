import type { Estimate } from '../measures/bootstrap.ts';

/** A piece of HTML that is safe to put into a page. */
export interface Html {
  readonly html: string;
}

type Insert = Html | string | number | null | readonly Html[];

/** HTML from a template; text put into it is escaped, HTML is not, null is nothing. */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  return { html: parts.map((part, i) => part + (i < inserts.length ? inserted(inserts[i]!) : '')).join('') };
}

function inserted(insert: Insert): string {
  if (insert === null) return '';
  if (typeof insert === 'string' || typeof insert === 'number') return escaped(String(insert));
  return 'html' in insert ? insert.html : insert.map((one) => one.html).join('');
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replaceAll(/[&<>"]/g, (character) => entities[character]!);
}

/** A figure to so many digits; a dash where there is none. */
export function figure(value: number | null, digits = 3): string {
  return value === null ? '–' : value.toFixed(digits);
}

/** A figure with its interval below it. */
export function estimate({ value, interval }: Estimate, digits = 3): Html {
  const range =
    interval && html`<small>${figure(interval[0], digits)} to ${figure(interval[1], digits)}</small>`;
  return html`${figure(value, digits)}${range}`;
}

/** An image that is part of the page. */
export function pngSource(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
