import type { Finding, GradedStudy, LocalisedLevel } from '../../domain/assessment.ts';
import { LEVELS } from '../../domain/level.ts';
import { isMeasured, type Measure, type Measured } from '../../domain/measurement.ts';
import { along, midpoint, subtract } from '../../domain/point.ts';
import { patientToPixel } from '../../volume/plane-geometry.ts';
import type { Slice, Volumes } from '../../volume/volume.ts';
import { GRADE_MARKS } from './grade-table.ts';
import { MEASURE_COLOUR, measuredMarks, measuredOn } from './measured-marks.ts';
import {
  CAUDAL,
  POSTERIOR,
  placeInView,
  ROLE_NAMES,
  type SliceView,
  sideLetters,
  sliceInView,
} from './slice-view.ts';
import { type Box, frame, type Piece, textAt } from './svg.ts';

/** Of the sagittal slices the one the canal lies nearest to, with a mark and a number at every disc. */
export async function spinePicture(
  { graded, volumes }: { readonly graded: GradedStudy; readonly volumes: Volumes },
  box: Box,
): Promise<Piece> {
  const { levels, findings } = graded;
  const volume = volumes['sagittal-t2'] ?? volumes['sagittal-t1'];
  const slice = volume === undefined ? null : middleSlice(volume.slices, levels);
  if (volume === undefined || slice === null || levels.length === 0) {
    const words = textAt(box.x + box.width / 2, box.y + box.height / 2, 'no sagittal image', {
      size: 18,
      anchor: 'middle',
    });
    return { svg: frame(box) + words, slices: [], images: [] };
  }
  const view = spineView(slice, levels, box);
  const marks = levels.map((level) =>
    levelMark(view, level, findings, measuredOn(graded, level.level, slice.image)),
  );
  const letters = sideLetters(box, 'A', 'P');
  const caption = [
    `${ROLE_NAMES[volume.role]}, middle`,
    ...legend(
      graded,
      levels.filter((_, index) => marks[index]!.isMeasured),
    ),
  ].map((line, index, all) => {
    const y = box.y + box.height - 10 - 17 * (all.length - 1 - index);
    return textAt(box.x + 8, y, line, { size: index === 0 ? 14 : 12, halo: true });
  });
  const shown = await sliceInView(view);
  const svg = [shown.svg, ...marks.map(({ svg }) => svg), letters, ...caption, frame(box)].join('');
  return { svg, slices: shown.slices, images: [slice.image] };
}

function middleSlice(slices: readonly Slice[], levels: readonly LocalisedLevel[]): Slice | null {
  const distance = ({ plane }: Slice) =>
    levels.reduce((sum, { canalMm }) => sum + Math.abs(patientToPixel(plane, canalMm).distanceMm), 0);
  return slices.reduce<Slice | null>(
    (best, slice) => (best === null || distance(slice) < distance(best) ? slice : best),
    null,
  );
}

/** From a vertebra above the first disc to one below the last. */
function spineView(slice: Slice, levels: readonly LocalisedLevel[], box: Box): SliceView {
  const [first, last] = [levels[0]!, levels.at(-1)!];
  const extent = Math.abs(subtract(last.discMm, first.discMm)[2]);
  const centre = midpoint(midpoint(first.discMm, first.canalMm), midpoint(last.discMm, last.canalMm));
  const heightMm = Math.max(160, extent + 90);
  return {
    slice,
    centreMm: along(centre, CAUDAL, 5),
    right: POSTERIOR,
    down: CAUDAL,
    widthMm: (heightMm * box.width) / box.height,
    ...box,
  };
}

/** What the numbers are, and which levels have theirs elsewhere. */
function legend({ measurements = [] }: GradedStudy, here: readonly LocalisedLevel[]): string[] {
  const elsewhere = LEVELS.filter(
    (level) =>
      !here.some((each) => each.level === level) &&
      measurements.some((each) => each.level === level && isMeasured(each) && each.role !== 'axial-t2'),
  );
  return [
    ...(here.length > 0 ? ['mm: canal and dural sac from front to back; disc height'] : []),
    ...(elsewhere.length > 0 ? [`measured on another slice: ${elsewhere.join(', ')}`] : []),
  ];
}

/** A level's number and disc, with what was measured on the slice; else its canal as a dot. */
function levelMark(
  view: SliceView,
  { level, discMm, canalMm }: LocalisedLevel,
  findings: readonly Finding[],
  measured: readonly Measured[],
): { readonly svg: string; readonly isMeasured: boolean } {
  const disc = placeInView(view, discMm);
  const canal = placeInView(view, canalMm);
  const canalFinding = findings.find(
    (finding) => finding.level === level && finding.condition === 'spinal_canal_stenosis',
  );
  const colour = canalFinding === undefined ? MEASURE_COLOUR : GRADE_MARKS[canalFinding.grade];
  const has = (...measures: readonly Measure[]) => measured.some(({ measure }) => measures.includes(measure));
  const hasCanal = has('canal-diameter', 'sac-diameter');
  const labelX = view.x + 14;
  // The disc's height stands where the line would end.
  const lineEnd = has('disc-height') ? disc.x - 48 : disc.x - 8;
  const dot = (at: { x: number; y: number }, fill: string) =>
    `<circle cx="${at.x.toFixed(1)}" cy="${at.y.toFixed(1)}" r="5" fill="${fill}" stroke="#000" stroke-width="1.5"/>`;
  const svg = [
    `<line x1="${labelX + 58}" y1="${disc.y.toFixed(1)}" x2="${lineEnd.toFixed(1)}" y2="${disc.y.toFixed(1)}" stroke="#7fd4ff" stroke-width="1.5" stroke-dasharray="4 4"/>`,
    ...(has('disc-height') ? [] : [dot(disc, '#7fd4ff')]),
    ...(canalFinding === undefined || hasCanal ? [] : [dot(canal, GRADE_MARKS[canalFinding.grade])]),
    measuredMarks(view, measured, colour),
    textAt(labelX, disc.y + 6, level, { size: 18, bold: true, halo: true, fill: '#7fd4ff' }),
  ].join('');
  return { svg, isMeasured: measured.length > 0 };
}
