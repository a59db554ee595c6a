import { imageKey } from '../../dicom/image/image-header.ts';
import type { GradedStudy } from '../../domain/assessment.ts';
import type { ImageReference } from '../../domain/image-reference.ts';
import type { Level } from '../../domain/level.ts';
import { isMeasured, type Measure, type Measured, UNIT } from '../../domain/measurement.ts';
import type { Target } from '../../domain/target.ts';
import { placeInView, type SliceView } from './slice-view.ts';
import { textAt } from './svg.ts';

/** Of lengths and areas that are not coloured by a grade. */
export const MEASURE_COLOUR = '#f4e04d';
/** Half the width of the stroke at each end of a length, pixels. */
const TICK = 6;
/** A slip shorter than this is within what outlines can tell, and is told without being drawn, mm. */
const DRAWN_SLIP_MM = 3;

const WIDTHS: readonly Measure[] = ['canal-diameter', 'sac-diameter', 'sac-area'];

/** What was measured of a level on an image. */
export function measuredOn(
  { measurements = [] }: Pick<GradedStudy, 'measurements'>,
  level: Level,
  image: ImageReference,
): readonly Measured[] {
  return measurements
    .filter(isMeasured)
    .filter((each) => each.level === level && imageKey(each.image) === imageKey(image));
}

/** What the picture of a finding shows of its level: what says how wide the canal and the sac are, of a foramen nothing. */
export function measuredOf(
  graded: Pick<GradedStudy, 'measurements'>,
  { level, condition }: Target,
  image: ImageReference,
): readonly Measured[] {
  if (condition === 'neural_foraminal_narrowing') return [];
  return measuredOn(graded, level, image).filter(({ measure }) => WIDTHS.includes(measure));
}

/** In a reader's words: lengths to a tenth of a millimetre, areas to one square millimetre. */
export function measuredInWords({ measure, value }: Pick<Measured, 'measure' | 'value'>): string {
  return UNIT[measure] === 'mm2' ? `${value.toFixed(0)} mm²` : `${value.toFixed(1)} mm`;
}

/**
 * The lengths of one level on the slice that they were measured on, each with strokes at its ends: the canal with the sac
 * within it, the disc's height, and a slip worth drawing; the outline of the sac where its area was measured.
 */
export function measuredMarks(view: SliceView, measured: readonly Measured[], canalColour: string): string {
  const of = (measure: Measure) => measured.find((each) => each.measure === measure);
  const [canal, sac, height, slip] = [
    of('canal-diameter'),
    of('sac-diameter'),
    of('disc-height'),
    of('slip'),
  ];
  const area = of('sac-area');
  const slipped = slip !== undefined && Math.abs(slip.value) >= DRAWN_SLIP_MM ? slip : undefined;
  return [
    ...(canal ? [lengthLine(view, canal, canalColour, TICK)] : []),
    ...(sac ? [lengthLine(view, sac, canalColour, canal ? TICK / 2 : TICK)] : []),
    ...(height ? [lengthLine(view, height, MEASURE_COLOUR, TICK)] : []),
    ...(slipped ? [lengthLine(view, slipped, MEASURE_COLOUR, TICK / 2)] : []),
    ...(area ? [outline(view, area)] : []),
    ...labels(view, { canal, sac, height, slip: slipped, area }),
  ].join('');
}

type Shown = Readonly<Record<'canal' | 'sac' | 'height' | 'slip' | 'area', Measured | undefined>>;

/**
 * Behind the canal its diameter and, below, that of the sac and the slip, which stands behind its own line where neither was
 * measured; within the disc its height; the area below its outline.
 */
function labels(view: SliceView, { canal, sac, height, slip, area }: Shown): string[] {
  const text = (x: number, y: number, words: string, anchor: 'start' | 'middle', fill: string) =>
    textAt(Number(x.toFixed(1)), Number(y.toFixed(1)), words, { size: 13, halo: true, anchor, fill });
  const posterior = ends(view, canal ?? sac ?? slip).at(-1);
  const short = ({ value }: Measured) => value.toFixed(1);
  const behind = [
    ...(canal ? [`canal ${short(canal)}`] : []),
    ...(sac ? [`sac ${short(sac)}`] : []),
    ...(slip ? [`slip ${slip.value > 0 ? '+' : ''}${short(slip)}`] : []),
  ];
  const first = posterior ? posterior.y + 5 - 7 * (behind.length - 1) : 0;
  const lines = posterior
    ? behind.map((words, i) => text(posterior.x + TICK + 5, first + 14 * i, words, 'start', '#f2f2f2'))
    : [];
  const [top, bottom] = ends(view, height);
  const within =
    top && bottom && height
      ? [
          text(
            Math.max(top.x, bottom.x) + TICK + 4,
            (top.y + bottom.y) / 2 + 5,
            short(height),
            'start',
            MEASURE_COLOUR,
          ),
        ]
      : [];
  const around = ends(view, area);
  const below = Math.max(...around.map(({ y }) => y));
  const middle = around.reduce((sum, { x }) => sum + x, 0) / around.length;
  const under = area ? [text(middle, below + 16, measuredInWords(area), 'middle', MEASURE_COLOUR)] : [];
  return [...lines, ...within, ...under];
}

const ends = (view: SliceView, measured: Measured | undefined) =>
  (measured?.pointsMm ?? []).map((point) => placeInView(view, point));

function lengthLine(view: SliceView, measured: Measured, colour: string, tick: number): string {
  const [a, b] = ends(view, measured);
  if (a === undefined || b === undefined) return '';
  const away = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const [nx, ny] = [(-(b.y - a.y) / away) * tick, ((b.x - a.x) / away) * tick];
  const point = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const across = [a, b].map(({ x, y }) => `M${point(x - nx, y - ny)}L${point(x + nx, y + ny)}`);
  return stroked(`M${point(a.x, a.y)}L${point(b.x, b.y)}${across.join('')}`, colour);
}

function outline(view: SliceView, measured: Measured): string {
  const places = ends(view, measured).map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  return stroked(`M${places.join('L')}Z`, MEASURE_COLOUR);
}

/** On a dark rim, so that it is seen on bright and dark tissue alike. */
function stroked(path: string, colour: string): string {
  return `<path d="${path}" fill="none" stroke="#000" stroke-opacity="0.7" stroke-width="3.5"/><path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}
