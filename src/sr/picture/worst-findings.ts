import { imageKey } from '../../dicom/image/image-header.ts';
import type { Finding, GradedStudy } from '../../domain/assessment.ts';
import { GRADES } from '../../domain/grade.ts';
import type { Volumes } from '../../volume/volume.ts';
import { CAPTION_HEIGHT, findingView, type ShownFinding } from './finding-view.ts';
import { measuredOf } from './measured-marks.ts';
import { type Piece, textAt } from './svg.ts';

const THUMBNAILS = { size: 184, gap: 10, across: 3, down: 2 };

/** The worst findings that an image shows: the severe ones first, within a grade the surest. */
export async function worstFindings(
  { graded, volumes }: { readonly graded: GradedStudy; readonly volumes: Volumes },
  { x, y }: { readonly x: number; readonly y: number },
): Promise<Piece> {
  const { findings } = graded;
  const chosen = worstShown(graded, volumes).slice(0, THUMBNAILS.across * THUMBNAILS.down);
  const abnormal = findings.filter(({ grade }) => grade !== 'Normal/Mild').length;
  const worst = chosen.filter(({ finding }) => finding.grade !== 'Normal/Mild');
  const shown = abnormal > 0 ? worst : chosen.slice(0, THUMBNAILS.across);
  const pictures = await Promise.all(shown.map((one, index) => thumbnail(one, index, { x, y: y + 14 })));
  return {
    svg:
      textAt(x, y, title(findings.length, abnormal, shown.length), { size: 17, bold: true }) +
      pictures.map(({ svg }) => svg).join(''),
    slices: pictures.flatMap(({ slices }) => slices),
    images: pictures.flatMap(({ images }) => images),
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

function worstShown(graded: GradedStudy, volumes: Volumes): ShownFinding[] {
  const rank = ({ grade, probabilities }: Finding) =>
    // Within Normal/Mild the least probable is the least certain.
    GRADES.indexOf(grade) + (grade === 'Normal/Mild' ? 1 - probabilities[grade] : probabilities[grade]);
  return graded.findings
    .toSorted((a, b) => rank(b) - rank(a))
    .flatMap((finding) => {
      const { location } = finding;
      const slice =
        location &&
        volumes[location.role]?.slices.find(({ image }) => imageKey(image) === imageKey(location.image));
      if (!slice) return [];
      return [{ finding, slice, measured: measuredOf(graded, finding, slice.image) }];
    });
}

function thumbnail(
  shown: ShownFinding,
  index: number,
  from: { readonly x: number; readonly y: number },
): Promise<Piece> {
  const { size, gap, across } = THUMBNAILS;
  const box = {
    x: from.x + (index % across) * (size + gap),
    y: from.y + Math.floor(index / across) * (size + CAPTION_HEIGHT + 8),
    width: size,
    height: size,
  };
  return findingView(shown, box);
}
