import { CAPTION_HEIGHT, findingView, type ShownFinding } from './finding-view.ts';
import { FONT_FAMILY } from './render-svg.ts';
import { BACKGROUND, UNVERIFIED_STATEMENT } from './summary-image.ts';
import { textAt } from './svg.ts';

const MARGIN = 16;
const SIZE = 480;
const FOOTER = 40;

/** The region behind one finding as an SVG of 512 × 594: the image where it was read, its place, grade and side. */
export async function regionImage(shown: ShownFinding): Promise<string> {
  const [width, height] = [SIZE + 2 * MARGIN, SIZE + MARGIN + CAPTION_HEIGHT + FOOTER + MARGIN];
  const box = { x: MARGIN, y: MARGIN, width: SIZE, height: SIZE };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${FONT_FAMILY}">`,
    `<rect width="${width}" height="${height}" fill="${BACKGROUND}"/>`,
    await findingView(shown, box, 'region'),
    textAt(MARGIN, height - MARGIN, UNVERIFIED_STATEMENT, { size: 13, fill: '#ffc24d' }),
    '</svg>',
  ].join('\n');
}
