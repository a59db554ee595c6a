import { randomUUID } from 'node:crypto';
import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';
import { resultUids } from '../../results/result-uids.ts';
import { dateAndTime, type ResultHeader } from '../../sr/encode/result-header.ts';
import { encodeSecondaryCapture } from '../../sr/encode/secondary-capture.ts';
import { composeNotAnalysedReport } from '../../sr/tree/not-analysed-report.ts';

export interface OwnObject {
  readonly modality: string;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
  readonly bytes: Uint8Array;
}

/** A study of no patient: a report and a grey picture, each a series of its own. */
export interface OwnStudy {
  readonly studyInstanceUid: StudyInstanceUid;
  /** StudyDate, DA. */
  readonly date: string;
  readonly objects: readonly OwnObject[];
}

/** Rows and columns of the picture: large enough for every encoder of an archive. */
const SIDE = 64;
const WORDS = 'Test object of spinegrade doctor, of no patient; may be deleted.';

/** What is stored to see whether storing works: Type 2 attributes of the patient (PS3.3 C.7.1.1) there, named as a test. */
export function ownStudy(now: Date): OwnStudy {
  const key = randomUUID();
  const studyInstanceUid = deterministicUid<StudyInstanceUid>('doctor', key);
  const { date, time } = dateAndTime({ createdAt: now, studyContext: {} });
  const headerOf = (kind: 'SR' | 'SC', number: number): ResultHeader => ({
    studyInstanceUid,
    ...resultUids(kind, key),
    series: { number, description: 'spinegrade test, no patient' },
    studyContext: testContext(date, time.slice(0, 6)),
    observer: {
      uid: deterministicUid('doctor', 'observer'),
      name: 'spinegrade doctor',
      manufacturer: 'spinegrade',
      modelName: 'spinegrade',
      serialNumber: '0',
      softwareVersion: 'doctor',
    },
    createdAt: now,
  });
  const [report, picture] = [headerOf('SR', 1), headerOf('SC', 2)];
  const algorithm = { name: 'none', version: '0', packSha256: '0'.repeat(64), executionProvider: 'cpu' };
  const samples = new Uint8Array(SIDE * SIDE * 3).fill(128);
  const composed = [
    { ...report, modality: 'SR', bytes: composeNotAnalysedReport(report, { algorithm, reasons: [WORDS] }) },
    {
      ...picture,
      modality: 'OT',
      bytes: encodeSecondaryCapture(picture, { width: SIDE, height: SIDE, samples }, [], WORDS),
    },
  ];
  const objects = composed.map(({ modality, seriesInstanceUid, sopInstanceUid, bytes }) => ({
    modality,
    seriesInstanceUid,
    sopInstanceUid,
    bytes,
  }));
  return { studyInstanceUid, date, objects };
}

function testContext(date: string, time: string): DicomJson {
  return {
    '00080020': { vr: 'DA', Value: [date] },
    '00080030': { vr: 'TM', Value: [time] },
    '00081030': { vr: 'LO', Value: ['spinegrade test, no patient'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'SPINEGRADE^TEST' }] },
    '00100020': { vr: 'LO', Value: ['SPINEGRADE-TEST'] },
    '00100040': { vr: 'CS', Value: ['O'] },
  };
}
