import type { Ineligible } from '../domain/ineligible.ts';
import type { PhantomOptions } from '../phantom/phantom-options.ts';
import { phantomStudy } from '../phantom/phantom-study.ts';
import type { LabelledStudy, TruePlace } from './evaluate-study.ts';

/** A study opened for evaluation, or why it cannot be evaluated. */
export type OpenedStudy =
  | ({ readonly kind: 'labelled' } & LabelledStudy)
  | Ineligible
  | { readonly kind: 'unlabelled' };

export interface StudySource {
  readonly studyId: string;
  /** Reads the study; nothing of it is kept. */
  readonly open: () => Promise<OpenedStudy>;
}

/**
 * Phantoms of consecutive seeds, rendered slice by slice as the networks ask for them. Their series need not be
 * selected: the roles are known. Disc and canal centres are known in space.
 */
export function phantomSources(seed: number, count: number, options: PhantomOptions): readonly StudySource[] {
  return Array.from({ length: count }, (_, i): StudySource => {
    const studyId = `phantom-${seed + i}`;
    const open = async (): Promise<OpenedStudy> => {
      const { volumes, truth } = phantomStudy(seed + i, options);
      const places = truth.levels.flatMap(({ level, discMm, canalMm }): TruePlace[] => [
        { kind: 'disc', level, pointMm: discMm, plane: null },
        { kind: 'canal', level, pointMm: canalMm, plane: null },
      ]);
      const labels: LabelledStudy['labels'] = (label, level) => truth.labels[level][label];
      return { kind: 'labelled', studyId, volumes, grades: truth.grades, labels, places };
    };
    return { studyId, open };
  });
}

/** The same study, read the first time it is opened and kept as long as this source is. */
export function openedOnce({ studyId, open }: StudySource): StudySource {
  let opened: Promise<OpenedStudy> | null = null;
  return {
    studyId,
    open: () => {
      opened ??= open();
      return opened;
    },
  };
}
