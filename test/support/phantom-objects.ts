import { parsePart10 } from '../../src/dicom/part10/parse-part10.ts';
import type { SeriesRole } from '../../src/domain/series-role.ts';
import { phantomDicom } from '../../src/phantom/dicom/phantom-dicom.ts';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import type { PhantomOptions } from '../../src/phantom/phantom-options.ts';
import { phantomStudy } from '../../src/phantom/phantom-study.ts';
import type { SlicePlane } from '../../src/volume/volume.ts';
import { keptPhantom } from './kept-phantom.ts';

/**
 * A phantom study of three series, as the demo makes it unless told otherwise. Rendering takes seconds: what is made is
 * kept, so a seed that another test file takes too comes at no cost. The bytes are not to be written to.
 * @param options none of them a function.
 */
export function phantomObjects(
  seed: number,
  options: Omit<PhantomOptions, 'window'> = {},
): readonly PhantomInstance[] {
  const all = { family: 'demo', contrast: 'physical', prevalence: 'balanced', ...options } as const;
  const when = { studyDate: '20240115', studyTime: '101112' };
  return keptPhantom({ seed, all, when }, () => phantomDicom(phantomStudy(seed, all), when));
}

export function ofRole(
  objects: readonly PhantomInstance[],
  role: PhantomInstance['role'],
): readonly PhantomInstance[] {
  return objects.filter((object) => object.role === role);
}

/** For PhantomOptions.window: the whole field of view on about a third of the pixels, where nothing is graded. */
export function ofFewerPixels(_: SeriesRole, plane: SlicePlane): SlicePlane {
  const [rows, columns] = [Math.floor(0.6 * plane.rows), Math.floor(0.6 * plane.columns)];
  return {
    ...plane,
    rows,
    columns,
    rowSpacingMm: (plane.rowSpacingMm * plane.rows) / rows,
    columnSpacingMm: (plane.columnSpacingMm * plane.columns) / columns,
  };
}

/**
 * The same images as another study: in every UID of the phantom the last digit is another one, so that no length in
 * the file changes.
 * @param turn 1 to 9; different ones give different studies.
 */
export function asAnotherStudy(
  objects: readonly PhantomInstance[],
  turn: number,
): readonly PhantomInstance[] {
  const other = <Text extends string>(text: Text) =>
    text.replaceAll(
      /2\.25\.\d{20,}/g,
      (uid) => uid.slice(0, -1) + ((Number(uid.at(-1)) + turn) % 10),
    ) as Text;
  return objects.map((object) => ({
    ...object,
    studyInstanceUid: other(object.studyInstanceUid),
    seriesInstanceUid: other(object.seriesInstanceUid),
    sopInstanceUid: other(object.sopInstanceUid),
    bytes: Buffer.from(other(Buffer.from(object.bytes).toString('latin1')), 'latin1'),
  }));
}

/** The same images with another BodyPartExamined (0018,0015), of at most the six characters of LSPINE. */
export function ofBodyPart(
  objects: readonly PhantomInstance[],
  bodyPart: string,
): readonly PhantomInstance[] {
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
  objects: readonly PhantomInstance[],
  tags: readonly string[],
): readonly PhantomInstance[] {
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
export function withPatientName<Image extends Pick<PhantomInstance, 'bytes'>>(
  objects: readonly Image[],
  name: string,
  characterSets: readonly string[],
): readonly Image[] {
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
