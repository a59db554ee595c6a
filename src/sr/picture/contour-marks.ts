import type { Contour } from '../../domain/contour.ts';
import type { Structure } from '../../domain/structure.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import { placeInView, type SliceView } from './slice-view.ts';
import { textAt } from './svg.ts';

/** Apart from one another and from the colours of grades and lengths. */
const COLOURS: Readonly<Record<Structure, string>> = {
  disc: '#4cc9f0',
  vertebra: '#c9a0ff',
  sac: '#ff7ac6',
  epidural: '#ff9f1c',
};
const WORDS: Readonly<Record<Structure, string>> = {
  disc: 'disc',
  vertebra: 'vertebra',
  sac: 'dural sac',
  epidural: 'epidural space',
};

/** What was outlined on the slice, tinted within its lines. */
export function contourMarks(view: SliceView, contours: readonly Contour[]): string {
  return contours
    .map(({ structure, rings }) => {
      const paths = rings.map((ring) => {
        const places = ring.map(([column, row]) => {
          const { x, y } = placeInView(view, pixelToPatient(view.slice.plane, column - 0.5, row - 0.5));
          return `${x.toFixed(1)} ${y.toFixed(1)}`;
        });
        return `M${places.join('L')}Z`;
      });
      const colour = COLOURS[structure];
      return `<path d="${paths.join('')}" fill="${colour}" fill-opacity="0.18" fill-rule="evenodd" stroke="${colour}" stroke-width="1.2"/>`;
    })
    .join('');
}

/** What each colour is. */
export function contourKey(x: number, y: number, contours: readonly Contour[]): string {
  let at = x;
  return [...new Set(contours.map(({ structure }) => structure))]
    .map((structure) => {
      const mark = `<rect x="${at}" y="${y - 10}" width="12" height="12" fill="${COLOURS[structure]}"/>`;
      const words = textAt(at + 17, y, WORDS[structure], { size: 13 });
      at += 36 + 8 * WORDS[structure].length;
      return mark + words;
    })
    .join('');
}
