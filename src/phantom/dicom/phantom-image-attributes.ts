import type { SeriesRole } from '../../domain/series-role.ts';
import type { PhantomSeries, PhantomStudy } from '../phantom-study.ts';
import type { MrImageAttributes } from './mr-image-attributes.ts';

/** What a phantom's objects say that no phantom knows. */
export interface PhantomDicomOptions {
  /** DA and TM. */
  readonly studyDate: string;
  readonly studyTime: string;
  /** 'PHANTOM-<seed>' by default. */
  readonly accessionNumber?: string;
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

/** What an image of a phantom's series says of itself: made-up names, times rounded as scanners give them. */
export function imageAttributes(
  study: PhantomStudy,
  series: PhantomSeries,
  options: PhantomDicomOptions,
  sopInstanceUid: string,
  instanceNumber: number,
): MrImageAttributes {
  const patientId = `PHANTOM-${study.seed}`;
  const { contrast, acquisition, role } = series;
  return {
    studyInstanceUid: study.studyInstanceUid,
    seriesInstanceUid: series.seriesInstanceUid,
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
    instanceNumber,
    manufacturer: 'spinegrade',
    manufacturerModelName: 'synthetic lumbar spine',
    softwareVersions: '1',
    repetitionTimeMs: Math.round(contrast.repetitionTimeMs),
    echoTimeMs: Math.round(contrast.echoTimeMs * 10) / 10,
    inversionTimeMs: contrast.inversionTimeMs === null ? null : Math.round(contrast.inversionTimeMs),
    echoTrainLength: contrast.weighting === 'T1' ? 3 : 16,
    sliceThicknessMm: acquisition.sliceThicknessMm,
    spacingBetweenSlicesMm: series.spacingBetweenSlicesMm,
  };
}
