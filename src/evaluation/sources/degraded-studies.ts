import type { SeriesRole } from '../../domain/series-role.ts';
import { croppedVolume } from './cropped-volume.ts';
import type { LabelledStudy } from './labelled-study.ts';
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
