import type { SeriesRole } from '../../src/domain/series-role.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../src/domain/uid.ts';
import { parsePart10 } from '../../src/imaging/parse-part10.ts';
import { phantomDicom } from '../../src/phantom/phantom-dicom.ts';
import { type PhantomOptions, phantomStudy } from '../../src/phantom/phantom-study.ts';

export interface PhantomObject {
  readonly studyInstanceUid: StudyInstanceUid;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly sopInstanceUid: SopInstanceUid;
  readonly role: SeriesRole;
  readonly bytes: Uint8Array;
}

/** A phantom study of three series, as the demo makes it unless told otherwise. Rendering takes seconds: once a test file. */
export function phantomObjects(seed: number, options: PhantomOptions = {}): readonly PhantomObject[] {
  const study = phantomStudy(seed, {
    family: 'demo',
    contrast: 'physical',
    prevalence: 'balanced',
    ...options,
  });
  const objects = phantomDicom(study, { studyDate: '20240115', studyTime: '101112' });
  return objects.map(({ studyInstanceUid, seriesInstanceUid, sopInstanceUid, role, bytes }) => ({
    studyInstanceUid: studyInstanceUid as StudyInstanceUid,
    seriesInstanceUid: seriesInstanceUid as SeriesInstanceUid,
    sopInstanceUid: sopInstanceUid as SopInstanceUid,
    role,
    bytes,
  }));
}

/**
 * The same images as another study: in every UID of the phantom the last digit is another one, so that no length in
 * the file changes.
 * @param turn 1 to 9; different ones give different studies.
 */
export function asAnotherStudy(objects: readonly PhantomObject[], turn: number): readonly PhantomObject[] {
  const other = (text: string) =>
    text.replaceAll(/2\.25\.\d{20,}/g, (uid) => uid.slice(0, -1) + ((Number(uid.at(-1)) + turn) % 10));
  return objects.map(({ studyInstanceUid, seriesInstanceUid, sopInstanceUid, role, bytes }) => ({
    studyInstanceUid: other(studyInstanceUid) as StudyInstanceUid,
    seriesInstanceUid: other(seriesInstanceUid) as SeriesInstanceUid,
    sopInstanceUid: other(sopInstanceUid) as SopInstanceUid,
    role,
    bytes: Buffer.from(other(Buffer.from(bytes).toString('latin1')), 'latin1'),
  }));
}

/** The same images with another BodyPartExamined (0018,0015), of at most the six characters of LSPINE. */
export function ofBodyPart(objects: readonly PhantomObject[], bodyPart: string): readonly PhantomObject[] {
  return objects.map((object) => ({
    ...object,
    bytes: Buffer.from(
      Buffer.from(object.bytes).toString('latin1').replace('LSPINE', bodyPart.padEnd(6, ' ')),
      'latin1',
    ),
  }));
}

/** The same images without the attributes of these tags; empty they stay, as type 2 attributes do. */
export function withoutAttributes(
  objects: readonly PhantomObject[],
  tags: readonly string[],
): readonly PhantomObject[] {
  return objects.map((object) => {
    const dataSet = parsePart10(object.bytes);
    const bytes = Buffer.from(object.bytes);
    for (const tag of tags) {
      const { dataOffset, length } = dataSet.elements[`x${tag.toLowerCase()}`]!;
      // Spaces are padding: a value of nothing else is no value. UIDs are padded with NUL (PS3.5 6.2).
      bytes.fill(tag === '00200052' ? 0x00 : 0x20, dataOffset, dataOffset + length);
    }
    return { ...object, bytes };
  });
}

/** The same images with another PatientName, given as its bytes in Latin-1, and the character sets it is written in. */
export function withPatientName(
  objects: readonly PhantomObject[],
  name: string,
  characterSets: readonly string[],
): readonly PhantomObject[] {
  const value = (text: string, vr: string, tag: readonly number[]) => {
    const padded = Buffer.from(text.length % 2 === 0 ? text : `${text} `, 'latin1');
    const head = Buffer.from([tag[0]!, tag[1]!, tag[2]!, tag[3]!, 0, 0, 0, 0]);
    head.write(vr, 4, 'latin1');
    head.writeUInt16LE(padded.length, 6);
    return Buffer.concat([head, padded]);
  };
  return objects.map((object) => {
    const { elements } = parsePart10(object.bytes);
    let bytes = Buffer.from(object.bytes);
    const changes = [
      { at: elements['x00100010']!, by: value(name, 'PN', [0x10, 0x00, 0x10, 0x00]) },
      { at: elements['x00080005']!, by: value(characterSets.join('\\'), 'CS', [0x08, 0x00, 0x05, 0x00]) },
    ];
    // The later element first, so that offsets stay. Eight bytes of tag, VR and length lie before each value.
    for (const { at, by } of changes) {
      const rest = bytes.subarray(at.dataOffset + at.length);
      bytes = Buffer.concat([bytes.subarray(0, at.dataOffset - 8), by, rest]);
    }
    return { ...object, bytes };
  });
}
