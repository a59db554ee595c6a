import type { Finding } from '../domain/assessment.ts';
import { LEVELS } from '../domain/level.ts';
import type { Point } from '../domain/point.ts';
import { patientToPixel } from '../imaging/plane-geometry.ts';
import type { Slice } from '../imaging/volume.ts';
import { nearestSlice } from '../inference/crop-regions.ts';
import type { ClassifierSpec } from '../inference/pack-manifest.ts';
import { quantile } from './bootstrap.ts';
import type { EvaluatedStudy, LabelledStudy } from './evaluate-study.ts';
import type { ReferenceGrades } from './grades-table.ts';
import { greyPng } from './grey-png.ts';

/** A place on a picture, in pixels from its upper left corner. */
export interface PicturePlace {
  readonly x: number;
  readonly y: number;
}

/** What the report pictures of one study. */
export interface ShownStudy {
  readonly studyId: string;
  readonly findings: readonly Finding[];
  readonly grades: ReferenceGrades;
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
  /** One strip a level in LEVELS order: the middle channel of each view, side by side. */
  readonly strips: readonly Uint8Array[];
  readonly viewNames: readonly string[];
  readonly viewSize: number;
}

/** Pictures of what the networks saw of a study. */
export function showStudy(
  { input: { views, size } }: ClassifierSpec,
  { volumes, grades, places }: LabelledStudy,
  { studyId, findings, levels, regions }: EvaluatedStudy,
): ShownStudy {
  const channels = views[0]!.slicesMm.length;
  const strips = LEVELS.map((_, level) => {
    const strip = new Float32Array(views.length * size * size);
    for (const view of views.keys()) {
      const from = ((level * views.length + view) * channels + Math.floor(channels / 2)) * size * size;
      for (let row = 0; row < size; row++) {
        const pixels = regions.views.subarray(from + row * size, from + (row + 1) * size);
        strip.set(pixels, (row * views.length + view) * size);
      }
    }
    return greyPng(strip, views.length * size, size);
  });
  const middle = levels[2]!.canalMm;
  const slice = nearestSlice(volumes['sagittal-t2']!, middle, Number.POSITIVE_INFINITY);
  const found = levels.flatMap(({ discMm, canalMm }) => [discMm, canalMm]);
  return {
    studyId,
    findings,
    grades,
    sagittal:
      slice &&
      picture(
        slice,
        found,
        places.map((place) => place.pointMm),
      ),
    strips,
    viewNames: views.map((view) => view.name),
    viewSize: size,
  };
}

function picture(slice: Slice, found: readonly Point[], truth: readonly Point[]) {
  const { columns: width, rows: height, rowSpacingMm, columnSpacingMm } = slice.plane;
  const sample = Array.from(
    { length: 2000 },
    (_, i) => slice.pixels[Math.floor((i * slice.pixels.length) / 2000)]!,
  );
  const [low, high] = [quantile(sample, 0.01), quantile(sample, 0.99)];
  const range = Math.max(high - low, Number.MIN_VALUE);
  const place = (point: Point): PicturePlace => {
    const { column, row } = patientToPixel(slice.plane, point);
    return { x: column + 0.5, y: row + 0.5 };
  };
  return {
    png: greyPng(
      slice.pixels.map((value) => (value - low) / range),
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
