import type { SeriesRole } from '../domain/series-role.ts';
import { pixelToPatient } from '../volume/plane-geometry.ts';
import type { Slice, Volume } from '../volume/volume.ts';
import type { LabelledStudy } from './evaluate-study.ts';
import type { StudySource } from './study-source.ts';

/** The same studies as if series of these roles had not been taken. */
export function withoutRoles(
  sources: readonly StudySource[],
  roles: readonly SeriesRole[],
): readonly StudySource[] {
  return sources.map((source) =>
    degraded(source, (study) => ({
      ...study,
      volumes: Object.fromEntries(
        Object.entries(study.volumes).filter(([role]) => !roles.includes(role as SeriesRole)),
      ),
    })),
  );
}

/**
 * The same studies as if every slice had been taken with a smaller field of view.
 * @param share of rows and of columns that is left, in the middle of the slice; above 0, at most 1.
 */
export function cropped(sources: readonly StudySource[], share: number): readonly StudySource[] {
  return sources.map((source) =>
    degraded(source, (study) => ({
      ...study,
      volumes: Object.fromEntries(
        Object.entries(study.volumes).map(([role, volume]) => [role, croppedVolume(volume, share)]),
      ),
    })),
  );
}

function degraded(source: StudySource, change: (study: LabelledStudy) => LabelledStudy): StudySource {
  return {
    studyId: source.studyId,
    open: async () => {
      const study = await source.open();
      return study.kind === 'labelled' ? { ...study, ...change(study) } : study;
    },
  };
}

function croppedVolume(volume: Volume, share: number): Volume {
  return { ...volume, slices: volume.slices.map((slice) => croppedSlice(slice, share)) };
}

function croppedSlice({ plane, image, pixels }: Slice, share: number): Slice {
  const [rows, columns] = [Math.ceil(plane.rows * share), Math.ceil(plane.columns * share)];
  const [top, left] = [Math.floor((plane.rows - rows) / 2), Math.floor((plane.columns - columns) / 2)];
  return {
    plane: { ...plane, originMm: pixelToPatient(plane, left, top), rows, columns },
    image,
    pixels: async () => {
      const whole = await pixels();
      const part = new Float32Array(rows * columns);
      for (let row = 0; row < rows; row++) {
        const from = (top + row) * plane.columns + left;
        part.set(whole.subarray(from, from + columns), row * columns);
      }
      return part;
    },
  };
}
