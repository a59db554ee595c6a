import { type DataSetToEncode, encodePart10 } from '../../dicom/part10/encode-part10.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';
import type { PhantomSeries, PhantomStudy } from '../phantom-study.ts';
import { type EnhancedFrame, writeEnhancedMr } from './write-enhanced-mr.ts';
import { type MrImageAttributes, mrImageDataSet } from './write-mr-image.ts';

export interface PhantomDicomOptions {
  /** DA and TM. */
  readonly studyDate: string;
  readonly studyTime: string;
  /** 'PHANTOM-<seed>' by default. */
  readonly accessionNumber?: string;
}

/** Another way to write an image, as some scanner would; null leaves it out. */
export type AlterImage = (
  dataSet: DataSetToEncode,
  image: { readonly role: SeriesRole; readonly index: number; readonly count: number },
) => DataSetToEncode | null;

export interface PhantomInstance {
  readonly studyInstanceUid: StudyInstanceUid;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
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

/**
 * Renders the whole study and writes it as MR Image Storage objects (Part 10); the same arguments give the same bytes.
 * @param alter changes each image's attributes before it is encoded.
 */
export function phantomDicom(
  study: PhantomStudy,
  options: PhantomDicomOptions,
  alter: AlterImage = (dataSet) => dataSet,
): PhantomInstance[] {
  return study.series.flatMap((series) => {
    const { role, seriesInstanceUid } = series;
    const { slices } = study.volumes[role]!;
    return slices.flatMap((slice, index): PhantomInstance[] => {
      const { sopInstanceUid } = slice.image;
      const attributes = imageAttributes(study, series, options, sopInstanceUid, index + 1);
      const written = mrImageDataSet(slice.plane, slice.rendered, attributes);
      const dataSet = alter(written, { role, index, count: slices.length });
      if (dataSet === null) return [];
      const { studyInstanceUid } = study;
      const bytes = encodePart10(dataSet);
      return [
        { studyInstanceUid, seriesInstanceUid, sopInstanceUid, instanceNumber: index + 1, role, bytes },
      ];
    });
  });
}

/** The same study as Enhanced MR Image Storage objects, one a series, each slice a frame in the order of the volume. */
export function phantomEnhancedDicom(study: PhantomStudy, options: PhantomDicomOptions): PhantomInstance[] {
  return study.series.map((series): PhantomInstance => {
    const { role, seriesInstanceUid } = series;
    const { slices } = study.volumes[role]!;
    const { sopInstanceUid } = slices[0]!.image;
    const attributes = imageAttributes(study, series, options, sopInstanceUid, 1);
    const frames = slices.map(({ plane, rendered }): EnhancedFrame => ({ plane, pixels: rendered }));
    const bytes = writeEnhancedMr(frames, { ...attributes, weighting: series.contrast.weighting });
    const { studyInstanceUid } = study;
    return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, instanceNumber: 1, role, bytes };
  });
}

function imageAttributes(
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
