import { createHash } from 'node:crypto';
import { encodePart10 } from '../../src/dicom/part10/encode-part10.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../src/domain/uid.ts';

const MR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.4';
const SIZE = 16;

export interface TinyMr {
  readonly sopInstanceUid: SopInstanceUid;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly bytes: Uint8Array;
}

export interface TinyMrOptions {
  readonly study: StudyInstanceUid;
  /** Tells series of one study apart. */
  readonly series?: number;
  readonly instance?: number;
  readonly studyDate?: string;
  readonly modality?: string;
  readonly sopClassUid?: string;
  readonly patientId?: string;
  /** Of an encapsulated syntax, whose one frame is then no codec's bytes: nothing can transcode it. */
  readonly encapsulatedSyntaxUid?: string;
}

/** A UID that is the same for the same name (PS3.5 B.2). */
export function testUid<T extends StudyInstanceUid | SeriesInstanceUid | SopInstanceUid>(name: string): T {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 30);
  return `2.25.${BigInt(`0x${digest}`)}` as T;
}

/** A conforming 16 × 16 MR image of fixed content for its (study, series, instance). */
export function tinyMr(options: TinyMrOptions): TinyMr {
  const { study, series = 1, instance = 1, studyDate = '20240115', modality = 'MR' } = options;
  const seriesInstanceUid = testUid<SeriesInstanceUid>(`${study}/${series}`);
  const sopInstanceUid = testUid<SopInstanceUid>(`${study}/${series}/${instance}`);
  const pixels = Uint16Array.from({ length: SIZE * SIZE }, (_, i) => (i * 13 + instance * 101) % 4096);
  const one = (vr: string, ...values: readonly (string | number | ArrayBuffer)[]) => ({ vr, Value: values });
  const encapsulated = options.encapsulatedSyntaxUid;
  const dataSet = {
    '00080005': one('CS', 'ISO_IR 192'),
    '00080008': one('CS', 'ORIGINAL', 'PRIMARY', 'OTHER'),
    '00080016': one('UI', options.sopClassUid ?? MR_IMAGE_STORAGE),
    '00080018': one('UI', sopInstanceUid),
    '00080020': one('DA', studyDate),
    '00080030': one('TM', '101112'),
    '00080050': one('SH', 'A1'),
    '00080060': one('CS', modality),
    '00080070': one('LO', 'Test'),
    '00080090': one('PN', ''),
    '0008103E': one('LO', 'Wirbelsäule'),
    '00100010': one('PN', 'Test^Study'),
    '00100020': one('LO', options.patientId ?? 'T1'),
    '00100030': one('DA', ''),
    '00100040': one('CS', 'O'),
    '00180020': one('CS', 'SE'),
    '00180021': one('CS', 'NONE'),
    '00180022': one('CS', ''),
    '00180023': one('CS', '2D'),
    '00180050': one('DS', '4'),
    '00180080': one('DS', '500'),
    '00180081': one('DS', '10'),
    '00180091': one('IS', '1'),
    '00185100': one('CS', 'HFS'),
    '0020000D': one('UI', study),
    '0020000E': one('UI', seriesInstanceUid),
    '00200010': one('SH', 'S1'),
    '00200011': one('IS', String(series)),
    '00200013': one('IS', String(instance)),
    '00200032': one('DS', '0', '0', String(instance * 4)),
    '00200037': one('DS', '1', '0', '0', '0', '1', '0'),
    '00200052': one('UI', testUid(`${study}/frame of reference`)),
    '00200060': one('CS', ''),
    '00201040': one('LO', ''),
    '00280002': one('US', 1),
    '00280004': one('CS', 'MONOCHROME2'),
    '00280010': one('US', SIZE),
    '00280011': one('US', SIZE),
    '00280030': one('DS', '1', '1'),
    '00280100': one('US', 16),
    '00280101': one('US', 12),
    '00280102': one('US', 11),
    '00280103': one('US', 0),
    '7FE00010': one(encapsulated === undefined ? 'OW' : 'OB', pixels.buffer),
  };
  const bytes = encodePart10(dataSet, encapsulated);
  return { sopInstanceUid, seriesInstanceUid, bytes };
}

/** `count` images of one series, numbered from 1. */
export function tinyMrSeries(count: number, options: TinyMrOptions): readonly TinyMr[] {
  return Array.from({ length: count }, (_, i) => tinyMr({ ...options, instance: i + 1 }));
}
