/** What an MR image says of itself beside its pixels and plane. */
export interface MrImageAttributes {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly frameOfReferenceUid: string;
  readonly patientId: string;
  readonly patientName: string;
  readonly studyId: string;
  readonly accessionNumber: string;
  /** DA and TM: YYYYMMDD and HHMMSS. */
  readonly studyDate: string;
  readonly studyTime: string;
  readonly studyDescription: string;
  readonly seriesDescription: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly manufacturer: string;
  readonly manufacturerModelName: string;
  readonly softwareVersions: string;
  readonly repetitionTimeMs: number;
  readonly echoTimeMs: number;
  /** Null unless the sequence is an inversion recovery. */
  readonly inversionTimeMs: number | null;
  readonly echoTrainLength: number;
  readonly sliceThicknessMm: number;
  readonly spacingBetweenSlicesMm: number;
}
