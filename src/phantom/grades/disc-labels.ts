import type { DiscLabel } from '../../domain/assessment.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import { dot, subtract } from '../../domain/point.ts';
import { SIDES, targetKey } from '../../domain/target.ts';
import type { Anatomy } from '../anatomy/anatomy.ts';
import { FIRST_LUMBAR_DISC, type Vertebra } from '../anatomy/vertebra.ts';
import { discContour } from './disc-contour.ts';

/**
 * From measured millimetres to a label. The words are defined by Fardon et al., Spine J 2014;14:2525: a herniation is
 * disc beyond the endplates over less than a quarter of the circumference, a bulge is disc beyond them all round. The
 * millimetres are this project's: what shows as two pixels of 0.6 mm all round, or as six in one place. Slip: Kauppila et al., Spine
 * 1998;23:1868 (3 mm).
 */
export const LABEL_THRESHOLDS_MM = { herniation: 4, bulge: 1.2, spondylolisthesis: 3 } as const;

/** How far the upper body has slipped forward on the lower one, mm: between the corners of their posterior walls. */
export function slipMm(above: Vertebra, below: Vertebra): number {
  const corner = (vertebra: Vertebra, end: 1 | -1) =>
    ([0, 1, 2] as const).map(
      (i) =>
        vertebra.centreMm[i] +
        end * vertebra.halfHeightMm * vertebra.down[i] +
        vertebra.halfDepthMm * vertebra.posterior[i],
    ) as [number, number, number];
  return dot(subtract(corner(below, -1), corner(above, 1)), below.posterior);
}

/** What is true of one disc, from its geometry; the stenoses are those graded Moderate or worse. */
export function labelDisc(anatomy: Anatomy, level: Level): Record<DiscLabel, boolean> {
  const disc = FIRST_LUMBAR_DISC + LEVELS.indexOf(level);
  const [above, below] = [anatomy.vertebrae[disc]!, anatomy.vertebrae[disc + 1]!];
  const { diffuseMm, focalMm } = discContour(anatomy.segments[disc]!, above, below);
  const narrowed = (
    condition: 'spinal_canal_stenosis' | 'neural_foraminal_narrowing',
    side: 'left' | 'right' | null,
  ) => anatomy.grades[targetKey({ condition, side, level })] !== 'Normal/Mild';
  return {
    herniation: focalMm >= LABEL_THRESHOLDS_MM.herniation,
    bulge: diffuseMm >= LABEL_THRESHOLDS_MM.bulge,
    spondylolisthesis: slipMm(above, below) >= LABEL_THRESHOLDS_MM.spondylolisthesis,
    canal_stenosis: narrowed('spinal_canal_stenosis', null),
    foraminal_stenosis: SIDES.some((side) => narrowed('neural_foraminal_narrowing', side)),
  };
}
