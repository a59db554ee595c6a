import { setImmediate } from 'node:timers/promises';
import { Resvg } from '@resvg/resvg-js';
import { FONT, FONT_FAMILY } from './fonts.ts';

/** As textAt writes it; the lookahead tells whether it is bold. */
const TEXT =
  /<text x="([^"]*)" y="([^"]*)" font-size="([^"]*)" fill="([^"]*)" text-anchor="(\w+)"( font-weight="bold")?( stroke="[^>]*?")?>([^<]*)<\/text>/g;
/** Outlines are kept for this size. */
const SIZE = 100;
/** More than summary images say; who says ever other things has the oldest forgotten. */
const KEPT = 2_000;
/** So many are outlined before the event loop has its turn. */
const AT_ONCE = 10;

const outlines = new Map<string, string>();

/**
 * The SVG with the outlines of its texts in their place: shaping them takes longer than drawing the picture, and most
 * are the same in every picture. A text whose outline is not had stays a text.
 */
export async function outlinedText(svg: string): Promise<string> {
  const keys = Array.from(svg.matchAll(TEXT), keyOf);
  const unknown = [...new Set(keys)].filter((key) => !outlines.has(key));
  for (let from = 0; from < unknown.length; from += AT_ONCE) {
    if (from > 0) await setImmediate();
    learn(unknown.slice(from, from + AT_ONCE));
  }
  return svg.replaceAll(TEXT, (text, x, y, size, fill, anchor, bold, rim, words) => {
    const path = outlines.get(key(anchor, bold, words));
    if (path === undefined) return text;
    const scale = Number(size) / SIZE;
    // The rim is as wide as it would be around the text.
    const stroke = rim?.replace(/stroke-width="([^"]*)"/, (_: string, width: string) => {
      return `stroke-width="${Number(width) / scale}"`;
    });
    return `<path transform="translate(${x} ${y}) scale(${scale})" fill="${fill}"${stroke ?? ''} d="${path}"/>`;
  });
}

type Match = RegExpMatchArray | readonly (string | undefined)[];
const keyOf = ([, , , , , anchor, bold, , words]: Match) => key(anchor, bold, words);
const key = (anchor: string | undefined, bold: string | undefined, words: string | undefined) =>
  `${anchor}${bold ?? ''}>${words}`;

/** Several at once: setting the fonts up takes longer than a text. */
function learn(keys: readonly string[]): void {
  const texts = keys.map((each, index) => {
    const [, anchor, bold, words] = /^(\w+)( font-weight="bold")?>(.*)$/s.exec(each)!;
    return `<text id="t${index}" font-size="${SIZE}" text-anchor="${anchor}"${bold ?? ''}>${words}</text>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" font-family="${FONT_FAMILY}">${texts.join('')}</svg>`;
  const drawn = new Resvg(svg, { font: FONT }).toString();
  for (const [, index, group] of drawn.matchAll(/<g id="t(\d+)">(.*?)<\/g>/gs)) {
    const path = Array.from(group!.matchAll(/ d="([^"]*)"/g), ([, d]) => d).join(' ');
    outlines.set(keys[Number(index)]!, path);
  }
  const excess = outlines.size - KEPT;
  if (excess > 0) for (const oldest of [...outlines.keys()].slice(0, excess)) outlines.delete(oldest);
}
