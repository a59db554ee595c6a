import { CAPTION_HEIGHT, findingView, type ShownFinding } from './finding-view.ts';
import type { Picture } from './render-picture.ts';
import { BACKGROUND, UNVERIFIED_STATEMENT } from './summary-image.ts';
import { textAt } from './svg.ts';

const MARGIN = 16;
const SIZE = 480;
const FOOTER = 40;

/** The region behind one finding, 512 × 594: the image where it was read, its place, grade and side. */
export async function regionImage(shown: ShownFinding): Promise<Picture> {
  const [width, height] = [SIZE + 2 * MARGIN, SIZE + MARGIN + CAPTION_HEIGHT + FOOTER + MARGIN];
  const box = { x: MARGIN, y: MARGIN, width: SIZE, height: SIZE };
  const { svg, slices } = await findingView(shown, box);
  const words = textAt(MARGIN, height - MARGIN, UNVERIFIED_STATEMENT, { size: 13, fill: '#ffc24d' });
  return { width, height, background: BACKGROUND, slices, svg: svg + words };
}
