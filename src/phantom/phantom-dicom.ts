import type { SeriesRole } from '../domain/series-role.ts';
import { writeMrImage } from '../imaging/write-mr-image.ts';
import type { PhantomSeries, PhantomStudy } from './phantom-study.ts';

export interface PhantomDicomOptions {
  /** DA and TM. */
  readonly studyDate: string;
  readonly studyTime: string;
  /** 'PHANTOM-<seed>' by default. */
  readonly accessionNumber?: string;
}

export interface PhantomInstance {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly instanceNumber: number;
  readonly role: SeriesRole;
  readonly bytes: Uint8Array;
}

const SERIES_NUMBERS: Readonly<Record<SeriesRole, number>> = {
  'sagittal-t2': 2,
  'sagittal-t1': 3,
  'axial-t2': 4,
};

const STUDY_DESCRIPTIONS = {
  'lumbar-spine': 'MR LUMBAR SPINE (SYNTHETIC)',
  'cervical-spine': 'MR CERVICAL SPINE (SYNTHETIC)',
  head: 'MR HEAD (SYNTHETIC)',
} as const;

function description({ role, contrast }: PhantomSeries): string {
  if (role === 'sagittal-t1') return 'SAG T1 TSE';
  if (role === 'axial-t2') return 'AX T2 TSE';
  return contrast.inversionTimeMs === null ? 'SAG T2 TSE' : 'SAG STIR';
}

/** Renders the whole study and writes it as MR Image Storage objects (Part 10); the same arguments give the same bytes. */
export function phantomDicom(study: PhantomStudy, options: PhantomDicomOptions): PhantomInstance[] {
  const patientId = `PHANTOM-${study.seed}`;
  return study.series.flatMap((series) => {
    const { contrast, acquisition, role } = series;
    return study.volumes[role]!.slices.map((slice, index): PhantomInstance => {
      const { sopInstanceUid, seriesInstanceUid } = slice.image;
      const bytes = writeMrImage(slice.plane, slice.rendered, {
        studyInstanceUid: study.studyInstanceUid,
        seriesInstanceUid,
        sopInstanceUid,
        frameOfReferenceUid: study.frameOfReferenceUid,
        patientId,
        patientName: `Phantom^${study.seed}`,
        studyId: String(study.seed).slice(0, 16),
        accessionNumber: options.accessionNumber ?? patientId.slice(0, 16),
        studyDate: options.studyDate,
        studyTime: options.studyTime,
        studyDescription: STUDY_DESCRIPTIONS[study.bodyPart ?? 'lumbar-spine'],
        seriesDescription: description(series),
        seriesNumber: SERIES_NUMBERS[role],
        instanceNumber: index + 1,
        manufacturer: 'spinegrade',
        manufacturerModelName: 'synthetic lumbar spine',
        softwareVersions: '1',
        repetitionTimeMs: Math.round(contrast.repetitionTimeMs),
        echoTimeMs: Math.round(contrast.echoTimeMs * 10) / 10,
        inversionTimeMs: contrast.inversionTimeMs === null ? null : Math.round(contrast.inversionTimeMs),
        echoTrainLength: contrast.weighting === 'T1' ? 3 : 16,
        sliceThicknessMm: acquisition.sliceThicknessMm,
        spacingBetweenSlicesMm: series.spacingBetweenSlicesMm,
      });
      return {
        studyInstanceUid: study.studyInstanceUid,
        seriesInstanceUid,
        sopInstanceUid,
        instanceNumber: index + 1,
        role,
        bytes,
      };
    });
  });
}
