import { setImmediate } from 'node:timers/promises';
import { Resvg } from '@resvg/resvg-js';
import { FONT, FONT_FAMILY } from './fonts.ts';

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
  const [before, ...rest] = svg.split('<text ');
  const texts = rest.map(textOf);
  const unknown = new Map(texts.filter(({ key }) => !outlines.has(key)).map((text) => [text.key, text]));
  const unlearnt = [...unknown.values()];
  for (let from = 0; from < unlearnt.length; from += AT_ONCE) {
    if (from > 0) await setImmediate();
    learn(unlearnt.slice(from, from + AT_ONCE));
  }
  return before + texts.map((text) => drawn(text) + text.after).join('');
}

interface Text {
  readonly attributes: ReadonlyMap<string, string>;
  /** Markup. */
  readonly words: string;
  /** What stands behind it in the SVG. */
  readonly after: string;
  /** The same for texts of one outline. */
  readonly key: string;
}

/** The text that begins here, as textAt writes it: no quotation mark but those around values. */
function textOf(markup: string): Text {
  const end = markup.indexOf('</text>');
  const open = markup.indexOf('>');
  const attributes = new Map<string, string>();
  const quoted = markup.slice(0, open).split('"');
  for (let at = 0; at + 1 < quoted.length; at += 2)
    attributes.set(quoted[at]!.trim().slice(0, -1), quoted[at + 1]!);
  const words = markup.slice(open + 1, end);
  const key = `${attributes.get('text-anchor')} ${attributes.get('font-weight')} ${words}`;
  return { attributes, words, after: markup.slice(end + '</text>'.length), key };
}

const element = (name: string, attributes: Iterable<readonly [string, string]>) =>
  `<${name}${Array.from(attributes, ([attribute, value]) => ` ${attribute}="${value}"`).join('')}`;

function drawn({ attributes, words, key }: Text): string {
  const path = outlines.get(key);
  if (path === undefined) return `${element('text', attributes)}>${words}</text>`;
  const {
    x,
    y,
    'font-size': size,
    'font-weight': _,
    'text-anchor': __,
    ...look
  } = Object.fromEntries(attributes);
  const scale = Number(size) / SIZE;
  // The rim is as wide as it would be around the text.
  const width = look['stroke-width'];
  if (width !== undefined) look['stroke-width'] = `${Number(width) / scale}`;
  const place = ['transform', `translate(${x} ${y}) scale(${scale})`] as const;
  return `${element('path', [place, ...Object.entries(look), ['d', path]])}/>`;
}

/** Several at once: setting the fonts up takes longer than a text. */
function learn(texts: readonly Text[]): void {
  const elements = texts.map(({ attributes, words }, index) => {
    const how = [...attributes].filter(([name]) => name === 'text-anchor' || name === 'font-weight');
    return `${element('text', [['id', `t${index}`], ['font-size', `${SIZE}`], ...how])}>${words}</text>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" font-family="${FONT_FAMILY}">${elements.join('')}</svg>`;
  const [, ...groups] = new Resvg(svg, { font: FONT }).toString().split('<g id="t');
  for (const group of groups) {
    const path = Array.from(group.matchAll(/ d="([^"]*)"/g), ([, d]) => d).join(' ');
    outlines.set(texts[Number.parseInt(group, 10)]!.key, path);
  }
  const excess = outlines.size - KEPT;
  if (excess > 0) for (const oldest of [...outlines.keys()].slice(0, excess)) outlines.delete(oldest);
}
