import { imageKey } from '../../dicom/image/image-header.ts';
import type { Finding, GradedStudy } from '../../domain/assessment.ts';
import { GRADES } from '../../domain/grade.ts';
import type { Slice, Volumes } from '../../volume/volume.ts';
import { GRADE_FILLS, GRADE_MARKS, percent, UNCERTAIN_MARK } from './grade-table.ts';
import { CAUDAL, LEFT, POSTERIOR, placeInView, ROLE_NAMES, sideLetters, sliceInView } from './slice-view.ts';
import { type Piece, textAt } from './svg.ts';

const THUMBNAILS = { size: 184, gap: 10, across: 3, down: 2, widthMm: 64 };

interface Thumbnail {
  readonly finding: Finding;
  readonly slice: Slice;
}

/** The worst findings that an image shows: the severe ones first, within a grade the surest. */
export async function worstFindings(
  { graded: { findings }, volumes }: { readonly graded: GradedStudy; readonly volumes: Volumes },
  { x, y }: { readonly x: number; readonly y: number },
): Promise<Piece> {
  const chosen = worstShown(findings, volumes).slice(0, THUMBNAILS.across * THUMBNAILS.down);
  const abnormal = findings.filter(({ grade }) => grade !== 'Normal/Mild').length;
  const worst = chosen.filter(({ finding }) => finding.grade !== 'Normal/Mild');
  const shown = abnormal > 0 ? worst : chosen.slice(0, THUMBNAILS.across);
  const pictures = await Promise.all(shown.map((one, index) => thumbnail(one, index, { x, y: y + 14 })));
  return {
    svg:
      textAt(x, y, title(findings.length, abnormal, shown.length), { size: 17, bold: true }) +
      pictures.join(''),
    images: shown.map(({ slice }) => slice.image),
  };
}

function title(graded: number, abnormal: number, shown: number): string {
  if (graded === 0) return 'This model gives no grades. Per cent: how probably present.';
  if (abnormal === 0) return `No moderate or severe grade.${shown > 0 ? ' Shown: the least certain.' : ''}`;
  if (shown === 0) return `${abnormal} moderate or severe, on no image of this study`;
  return shown === abnormal
    ? `Worst findings: all ${abnormal} moderate or severe`
    : `Worst findings: ${shown} of ${abnormal} moderate or severe`;
}

function worstShown(findings: readonly Finding[], volumes: Volumes): Thumbnail[] {
  const rank = ({ grade, probabilities }: Finding) =>
    // Within Normal/Mild the least probable is the least certain.
    GRADES.indexOf(grade) + (grade === 'Normal/Mild' ? 1 - probabilities[grade] : probabilities[grade]);
  return findings
    .toSorted((a, b) => rank(b) - rank(a))
    .flatMap((finding) => {
      const { location } = finding;
      const slice =
        location &&
        volumes[location.role]?.slices.find(({ image }) => imageKey(image) === imageKey(location.image));
      return slice ? [{ finding, slice }] : [];
    });
}

async function thumbnail(
  { finding, slice }: Thumbnail,
  index: number,
  from: { readonly x: number; readonly y: number },
): Promise<string> {
  const { size, gap, across, widthMm } = THUMBNAILS;
  const box = {
    x: from.x + (index % across) * (size + gap),
    y: from.y + Math.floor(index / across) * (size + 50),
    width: size,
    height: size,
  };
  const { grade, probabilities, uncertain } = finding;
  const { role, pointMm } = finding.location!;
  const axial = role === 'axial-t2';
  const directions = axial ? { right: LEFT, down: POSTERIOR } : { right: POSTERIOR, down: CAUDAL };
  const view = { slice, centreMm: pointMm, ...directions, widthMm, ...box };
  const { x, y } = placeInView(view, pointMm);
  return [
    await sliceInView(view, `thumbnail-${index}`),
    marker(x, y, GRADE_MARKS[grade]),
    axial ? sideLetters(box, 'R', 'L') : sideLetters(box, 'A', 'P'),
    textAt(box.x + 6, box.y + size - 8, ROLE_NAMES[role], { size: 12, halo: true }),
    `<rect x="${box.x}" y="${box.y}" width="${size}" height="${size}" fill="none" stroke="${GRADE_MARKS[grade]}" stroke-width="2"/>`,
    textAt(box.x, box.y + size + 16, shortName(finding), { size: 13, bold: true }),
    `<rect x="${box.x}" y="${box.y + size + 22}" width="${size}" height="20" rx="3" fill="${GRADE_FILLS[grade]}"/>`,
    textAt(
      box.x + size / 2,
      box.y + size + 37,
      `${grade}  ${percent(probabilities[grade])}${uncertain ? UNCERTAIN_MARK : ''}`,
      {
        size: 13,
        anchor: 'middle',
        fill: '#fff',
      },
    ),
  ].join('');
}

/** As the table's headings have it: the whole name is too long for one line. */
function shortName({ level, condition, side }: Finding): string {
  const name = {
    spinal_canal_stenosis: 'canal',
    neural_foraminal_narrowing: 'foramen',
    subarticular_stenosis: 'recess',
  }[condition];
  return `${level} ${name}${side === null ? '' : ` ${side}`}`;
}

/** A ring and four strokes that leave the place itself free. */
function marker(x: number, y: number, colour: string): string {
  const strokes = [
    [0, -26, 0, -15],
    [0, 15, 0, 26],
    [-26, 0, -15, 0],
    [15, 0, 26, 0],
  ].map(([x1, y1, x2, y2]) => `M${x + x1!} ${y + y1!}L${x + x2!} ${y + y2!}`);
  const path = `<circle cx="${x}" cy="${y}" r="15" fill="none"/><path d="${strokes.join('')}" fill="none"/>`;
  return `<g stroke="#000" stroke-width="4">${path}</g><g stroke="${colour}" stroke-width="2">${path}</g>`;
}
