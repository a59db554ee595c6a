import type { Finding, LocalisedLevel, Location } from '../domain/assessment.ts';
import { GRADES, type GradeProbabilities, gradeProbabilities, mostProbableGrade } from '../domain/grade.ts';
import { along, type Point } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { type Condition, LEVEL_TARGETS, type Side, type Target } from '../domain/target.ts';
import { patientToPixel, pixelToPatient } from '../imaging/plane-geometry.ts';
import type { Slice } from '../imaging/volume.ts';
import { nearestSlice, type Regions, type Volumes } from './crop-regions.ts';
import type { ModelPack } from './model-pack.ts';
import type { Calibration } from './pack-manifest.ts';

/** Where each condition is read: the series, and the distance from the canal's centre to the side, mm. */
const READING_PLACE: Readonly<Record<Condition, { readonly role: SeriesRole; readonly lateralMm: number }>> =
  {
    spinal_canal_stenosis: { role: 'sagittal-t2', lateralMm: 0 },
    neural_foraminal_narrowing: { role: 'sagittal-t1', lateralMm: 16 },
    subarticular_stenosis: { role: 'axial-t2', lateralMm: 8 },
  };
/** An image farther than this from the place does not show it. */
const LOCATION_TOLERANCE_MM = 5;

/**
 * Grades the five targets of every level: one run of the classifier, calibrated posteriors, and for each finding
 * the image and point where it is read.
 * @throws Error when the network answers with anything but finite numbers.
 */
export async function classify(
  pack: ModelPack,
  regions: Regions,
  levels: readonly LocalisedLevel[],
  volumes: Volumes,
): Promise<readonly Finding[]> {
  const { input, output } = pack.manifest.classifier;
  const channels = input.views[0]!.slicesMm.length;
  const outputs = await pack.classifier.run({
    [input.name]: {
      dims: [levels.length, input.views.length, channels, input.size, input.size],
      data: regions.views,
    },
    [input.mask]: { dims: [levels.length, input.views.length], data: regions.mask },
  });
  const logits = outputs[output.logits]!.data;
  return levels.flatMap((level, l) =>
    LEVEL_TARGETS.map(({ condition, side }, t) => {
      const at = (l * LEVEL_TARGETS.length + t) * GRADES.length;
      const probabilities = calibrate(logits.subarray(at, at + GRADES.length), output.calibration[condition]);
      const target: Target = { condition, side, level: level.level };
      return {
        ...target,
        grade: mostProbableGrade(probabilities),
        probabilities,
        location: locate(condition, side, level, volumes),
      };
    }),
  );
}

/** softmax(logits / temperature + bias), in GRADES order. */
export function calibrate(logits: ArrayLike<number>, { temperature, bias }: Calibration): GradeProbabilities {
  const scores = bias.map((b, i) => logits[i]! / temperature + b);
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((a, b) => a + b);
  return gradeProbabilities(powers.map((power) => power / sum));
}

function locate(condition: Condition, side: Side, level: LocalisedLevel, volumes: Volumes): Location | null {
  const { role, lateralMm } = READING_PLACE[condition];
  const volume = volumes[role];
  if (!volume) return null;
  const sign = side === null ? 0 : side === 'left' ? 1 : -1;
  const { canalMm } = level;
  const place = along(canalMm, [1, 0, 0], sign * lateralMm);
  const slice = nearestSlice(volume, place, LOCATION_TOLERANCE_MM);
  return slice && locationOn(slice, place, role);
}

/** The place projected onto the slice: SCOORD and SCOORD3D then name the same point. */
function locationOn({ plane, image }: Slice, place: Point, role: SeriesRole): Location {
  const { column, row } = patientToPixel(plane, place);
  // SCOORD counts from the corner of the first pixel, pixelToPatient from its centre.
  return { pointMm: pixelToPatient(plane, column, row), image, pixel: [column + 0.5, row + 0.5], role };
}
