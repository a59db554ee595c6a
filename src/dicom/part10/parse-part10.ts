import { inflateRawSync } from 'node:zlib';
import type { DataSet, Element } from 'dicom-parser';
import { ImagingError } from '../imaging-error.ts';
import type { DicomJson, DicomJsonElement } from '../json/dicom-json.ts';
import { dictionaryVr } from '../json/dictionary-vr.ts';
import { type Encoding, looksExplicit } from './element-header.ts';
import { type ParsedDataSet, parseDataSet } from './parse-data-set.ts';
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_BIG_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
} from './transfer-syntax.ts';

/** One frame of the largest matrix decoded here and a generous header: what a deflated object may grow to. */
const MAX_INFLATED_BYTES = 96 * 1024 * 1024;
/** PS3.10 7.1: the file meta information follows a preamble of 128 bytes and DICM. */
const META_START = 132;
const MAGIC = Buffer.from('DICM');
/** (0002,0000), with which the file meta information begins. */
const META_GROUP_LENGTH = Buffer.from('02000000554c', 'hex');
/** Longer values are no use to a header. */
const MAX_TEXT_BYTES = 4096;

const TEXT_VRS = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' '));
/** These say no more than that there are bytes: what they are is for the dictionary to tell. */
const BYTE_VRS = new Set('OB OW UN'.split(' '));
/** Shared and Per-Frame Functional Groups Sequence (PS3.3 C.7.6.16). */
const FUNCTIONAL_GROUPS = new Set(['52009229', '52009230']);

/**
 * Parses a Part 10 object (parseDataSet). Elements keep pointing into `bytes` (into a copy when deflated).
 * @throws ImagingError when the bytes are not a whole DICOM object, naming the attribute at fault.
 */
export function parsePart10(bytes: Uint8Array): DataSet {
  const { meta, metaEnd } = parseMeta(bytes);
  const transferSyntaxUid = (meta.string('x00020010') ?? '').trim();
  if (transferSyntaxUid === '')
    throw new ImagingError('TransferSyntaxUID is missing', { tag: '(0002,0010)' });
  const isDeflated = transferSyntaxUid === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
  const whole = isDeflated ? inflated(bytes, metaEnd) : bytes;
  const { dataSet } = parseAsWritten(whole, metaEnd, {
    explicit: transferSyntaxUid !== IMPLICIT_VR_LITTLE_ENDIAN,
    littleEndian: transferSyntaxUid !== EXPLICIT_VR_BIG_ENDIAN,
  });
  Object.assign(dataSet.elements, meta.elements);
  return dataSet;
}

/**
 * The file meta information, in Explicit VR Little Endian (PS3.10 7.1), and where it ends. A missing preamble is no
 * harm; what has no meta information does not tell how its pixels are written.
 * @throws ImagingError when there is none.
 */
export function parseMeta(bytes: Uint8Array): { readonly meta: DataSet; readonly metaEnd: number } {
  const hasPreamble = MAGIC.every((byte, i) => bytes[META_START - MAGIC.length + i] === byte);
  const isWithoutPreamble = META_GROUP_LENGTH.every((byte, i) => bytes[i] === byte);
  if (!hasPreamble && !isWithoutPreamble) {
    throw new ImagingError('not a DICOM Part 10 object: the prefix DICM is missing');
  }
  const encoding = { explicit: true, littleEndian: true };
  const { dataSet, end } = parseAsWritten(bytes, hasPreamble ? META_START : 0, encoding, 0x0002);
  return { meta: dataSet, metaEnd: end };
}

/** Some writers use the other of Implicit and Explicit VR Little Endian than they say: the first element tells. */
function parseAsWritten(
  bytes: Uint8Array,
  start: number,
  said: Encoding,
  onlyGroup: number | null = null,
): ParsedDataSet {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (said.littleEndian && start + 8 <= bytes.length && looksExplicit(view, start) !== said.explicit) {
    try {
      return parseDataSet(bytes, start, { ...said, explicit: !said.explicit }, onlyGroup);
    } catch (cause) {
      if (!(cause instanceof ImagingError)) throw cause;
    }
  }
  return parseDataSet(bytes, start, said, onlyGroup);
}

/**
 * The top-level text and number attributes of the groups a header needs, and the functional groups of a multi-frame
 * object with theirs, as DICOM JSON.
 * Text is read byte by byte (Latin-1): identifiers, codes and numbers only; not for names of persons.
 */
export function headerJson(dataSet: DataSet): DicomJson {
  const json: Record<string, DicomJsonElement> = {};
  for (const element of Object.values(dataSet.elements)) {
    const tag = element.tag.slice(1).toUpperCase();
    const read = FUNCTIONAL_GROUPS.has(tag)
      ? functionalGroups(element)
      : headerElement(dataSet, element, tag);
    if (read !== null) json[tag] = read;
  }
  return json;
}

/** A functional group holds macros, each a sequence of its own (usually of one item); deeper sequences are left out. */
function functionalGroups({ items = [] }: Element): DicomJsonElement {
  const groups = items.map(({ dataSet }): DicomJson => {
    const macros = Object.values(dataSet?.elements ?? {}).filter(({ items }) => items !== undefined);
    return Object.fromEntries(
      macros.map(({ tag, items = [] }) => {
        const values = items.map((item) => (item.dataSet === undefined ? {} : flatJson(item.dataSet)));
        return [tag.slice(1).toUpperCase(), { vr: 'SQ', Value: values }];
      }),
    );
  });
  return { vr: 'SQ', Value: groups };
}

function flatJson(dataSet: DataSet): DicomJson {
  const elements = Object.values(dataSet.elements).map((element) => {
    const tag = element.tag.slice(1).toUpperCase();
    return [tag, headerElement(dataSet, element, tag)] as const;
  });
  return Object.fromEntries(
    elements.filter((entry): entry is [string, DicomJsonElement] => entry[1] !== null),
  );
}

function headerElement(dataSet: DataSet, element: Element, tag: string): DicomJsonElement | null {
  if (!/^00(08|18|20|28)/.test(tag) || element.items !== undefined) return null;
  if (element.length === 0 || element.length > MAX_TEXT_BYTES) return null;
  const said = element.vr === undefined || BYTE_VRS.has(element.vr) ? null : element.vr;
  const vr = said ?? dictionaryVr(tag);
  const number = NUMBER_READERS[vr ?? ''];
  if (number !== undefined) {
    const [size, read] = number;
    return element.length < size ? null : { vr: vr!, Value: [read(dataSet, element.tag)] };
  }
  if (vr !== null && !TEXT_VRS.has(vr)) return null;
  return { vr: vr ?? 'UN', Value: latin1(dataSet, element).split('\\') };
}

function latin1({ byteArray }: DataSet, { dataOffset, length }: Element): string {
  return Buffer.from(byteArray.buffer, byteArray.byteOffset + dataOffset, length).toString('latin1');
}

type NumberReader = (dataSet: DataSet, tag: string) => number | undefined;
/** Bytes of a value, and the first value, which is all that a header needs. */
const NUMBER_READERS: Readonly<Record<string, readonly [size: number, read: NumberReader]>> = {
  US: [2, (dataSet, tag) => dataSet.uint16(tag)],
  SS: [2, (dataSet, tag) => dataSet.int16(tag)],
  UL: [4, (dataSet, tag) => dataSet.uint32(tag)],
  SL: [4, (dataSet, tag) => dataSet.int32(tag)],
  FL: [4, (dataSet, tag) => dataSet.float(tag)],
  FD: [8, (dataSet, tag) => dataSet.double(tag)],
};

/** PS3.5 A.5: everything after the file meta information is one deflated stream. */
function inflated(bytes: Uint8Array, metaEnd: number): Uint8Array {
  let rest: Uint8Array;
  try {
    rest = inflateRawSync(bytes.subarray(metaEnd), { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (cause) {
    const tooMuch = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const problem = tooMuch ? `inflates to more than ${MAX_INFLATED_BYTES} bytes` : 'cannot be inflated';
    throw new ImagingError(`the deflated data set ${problem}`, { tag: '(0002,0010)' });
  }
  const whole = new Uint8Array(metaEnd + rest.length);
  whole.set(bytes.subarray(0, metaEnd));
  whole.set(rest, metaEnd);
  return whole;
}
