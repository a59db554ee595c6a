import type { Finding, Observation } from '../../domain/assessment.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import type { Point } from '../../domain/point.ts';
import { quantile } from '../../domain/quantile.ts';
import { sampleDims } from '../../inference/classify/classifier-samples.ts';
import { nearestSlice } from '../../inference/crop/view-patch.ts';
import type { ClassifierSpec, InputSpec } from '../../inference/pack/pack-manifest.ts';
import { greyPng } from '../../pixels/grey-png.ts';
import { patientToPixel } from '../../volume/plane-geometry.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import type { EvaluatedStudy, LabelledStudy } from '../evaluate-study.ts';
import type { ReferenceLabels } from '../tables/graded-labels.ts';
import type { ReferenceGrades } from '../tables/grades-table.ts';

/** A place on a picture, in pixels from its upper left corner. */
export interface PicturePlace {
  readonly x: number;
  readonly y: number;
}

/** The middle channel of each view of an input, side by side. */
export interface RegionStrip {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly names: readonly string[];
}

/** What the report pictures of one study. */
export interface ShownStudy {
  readonly studyId: string;
  readonly findings: readonly Finding[];
  readonly grades: ReferenceGrades;
  readonly observations: readonly Observation[];
  readonly labels: ReferenceLabels;
  /** The middle of the spine on sagittal T2, with the discs as found and as they are. */
  readonly sagittal: {
    readonly png: Uint8Array;
    readonly width: number;
    readonly height: number;
    /** Height of a pixel over its width. */
    readonly pixelAspect: number;
    readonly found: readonly PicturePlace[];
    readonly truth: readonly PicturePlace[];
  } | null;
  /** What the classifiers saw of each level, in LEVELS order. */
  readonly strips: readonly (readonly RegionStrip[])[];
}

/** Pictures of what the networks saw of a study. */
export async function showStudy(
  classifiers: readonly ClassifierSpec[],
  { volumes, grades, labels, places }: LabelledStudy,
  { studyId, findings, observations, levels, regions }: EvaluatedStudy,
): Promise<ShownStudy> {
  const middle = levels[2]!.canalMm;
  const slice = nearestSlice(volumes['sagittal-t2']!, middle, Number.POSITIVE_INFINITY);
  const found = levels.flatMap(({ discMm, canalMm }) => [discMm, canalMm]);
  return {
    studyId,
    findings,
    grades,
    observations,
    labels,
    sagittal:
      slice &&
      picture(
        slice.plane,
        await slice.pixels(),
        found,
        places.map((place) => place.pointMm),
      ),
    strips: LEVELS.map((level) => levelStrips(classifiers, regions, level)),
  };
}

/** One strip a sample and input; what several classifiers see alike is pictured once. */
function levelStrips(
  classifiers: readonly ClassifierSpec[],
  regions: EvaluatedStudy['regions'],
  level: Level,
): RegionStrip[] {
  const strips = new Map<string, RegionStrip>();
  for (const [k, { inputs }] of classifiers.entries()) {
    for (const [s, sample] of regions[k]!.samples.entries()) {
      if (sample.level !== level) continue;
      for (const [i, { name: _, layout: __, ...seen }] of inputs.entries()) {
        const key = JSON.stringify([sample.side, seen]);
        if (!strips.has(key)) strips.set(key, strip(inputs[i]!, regions[k]!.inputs[i]!, s, sample.side));
      }
    }
  }
  return [...strips.values()];
}

function strip(input: InputSpec, data: Float32Array, sample: number, side: string | null): RegionStrip {
  const { views, size } = input;
  const slices = views[0]!.slicesMm.length;
  const perSample = sampleDims(input).reduce((a, b) => a * b);
  const pixels = new Float32Array(views.length * size * size);
  for (const view of views.keys()) {
    const from = sample * perSample + (view * slices + Math.floor(slices / 2)) * size * size;
    for (let row = 0; row < size; row++) {
      pixels.set(
        data.subarray(from + row * size, from + (row + 1) * size),
        (row * views.length + view) * size,
      );
    }
  }
  const names = views.map(({ name }) => (side === null ? name : `${name} (${side})`));
  return { png: greyPng(pixels, views.length * size, size), width: views.length * size, height: size, names };
}

function picture(plane: SlicePlane, pixels: Float32Array, found: readonly Point[], truth: readonly Point[]) {
  const { columns: width, rows: height, rowSpacingMm, columnSpacingMm } = plane;
  const sample = Array.from({ length: 2000 }, (_, i) => pixels[Math.floor((i * pixels.length) / 2000)]!);
  const [low, high] = [quantile(sample, 0.01), quantile(sample, 0.99)];
  const range = Math.max(high - low, Number.MIN_VALUE);
  const place = (point: Point): PicturePlace => {
    const { column, row } = patientToPixel(plane, point);
    return { x: column + 0.5, y: row + 0.5 };
  };
  return {
    png: greyPng(
      pixels.map((value) => (value - low) / range),
      width,
      height,
    ),
    width,
    height,
    pixelAspect: rowSpacingMm / columnSpacingMm,
    found: found.map(place),
    truth: truth.map(place),
  };
}
