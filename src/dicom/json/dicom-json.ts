/** DICOM JSON model (PS3.18 annex F): eight upper-case hex digits → element. Text is UTF-8. */
export type DicomJson = Readonly<Record<string, DicomJsonElement>>;

export interface DicomJsonElement {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly BulkDataURI?: string;
  readonly InlineBinary?: string;
}
