import { inflateRawSync } from 'node:zlib';
import dicomParser, { type ByteArrayParser, type DataSet, type Element } from 'dicom-parser';
import { checkStructure, type Encoding } from './check-structure.ts';
import type { DicomJson, DicomJsonElement } from './dicom-json.ts';
import { ImagingError } from './imaging-error.ts';
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_BIG_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
} from './transfer-syntax.ts';

/** One frame of the largest matrix decoded here and a generous header: what a deflated object may grow to. */
const MAX_INFLATED_BYTES = 96 * 1024 * 1024;
/** PS3.10 7.1: the file meta information follows a preamble of 128 bytes and DICM. */
const META_START = 132;
const [MAGIC, UN] = [Buffer.from('DICM'), Buffer.from('UN')];
/** Its types leave the class out. */
const DataSetClass = (dicomParser as unknown as { readonly DataSet: DataSetConstructor }).DataSet;
type DataSetConstructor = new (
  parser: ByteArrayParser,
  bytes: Uint8Array,
  elements: DataSet['elements'],
) => DataSet;
/** Longer values are no use to a header. */
const MAX_TEXT_BYTES = 4096;

const TEXT_VRS = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' '));
/**
 * Binary attributes of the Image Pixel Module (PS3.3 C.7.6.3) and of the MR functional groups (C.8.13.5), whose VR an
 * implicit-VR object does not tell.
 */
const BINARY_VRS: Readonly<Record<string, string>> = {
  ...tagsOfVr(
    'US',
    '00280002 00280006 00280010 00280011 00280100 00280101 00280102 00280103 00280120 00280121 00189240 00209156',
  ),
  ...tagsOfVr('UL', '00209057 00209128 00209157'),
  ...tagsOfVr('FD', '00189082 00189079 00189087'),
};
/** Shared and Per-Frame Functional Groups Sequence (PS3.3 C.7.6.16). */
const FUNCTIONAL_GROUPS = new Set(['52009229', '52009230']);

/**
 * Parses a Part 10 object after its structure has been checked (checkStructure). Elements keep pointing into `bytes`
 * (into a copy when deflated, or when there are integers of 64 bits).
 * @throws ImagingError when the bytes are not a whole DICOM object, naming the attribute at fault.
 */
export function parsePart10(bytes: Uint8Array): DataSet {
  const isPart10 = MAGIC.every((byte, i) => bytes[META_START - MAGIC.length + i] === byte);
  if (!isPart10) throw new ImagingError('not a DICOM Part 10 object: the prefix DICM is missing');
  // PS3.10 7.1: the file meta information is in Explicit VR Little Endian.
  const metaEncoding = { explicit: true, littleEndian: true };
  const metaEnd = checkStructure(bytes, META_START, metaEncoding, 0x0002).end;
  const meta = parseChecked(bytes.subarray(0, metaEnd), META_START, metaEncoding);
  const transferSyntaxUid = (meta.string('x00020010') ?? '').trim();
  if (transferSyntaxUid === '')
    throw new ImagingError('TransferSyntaxUID is missing', { tag: '(0002,0010)' });

  const isDeflated = transferSyntaxUid === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
  const whole = isDeflated ? inflated(bytes, metaEnd) : bytes;
  const encoding = {
    explicit: transferSyntaxUid !== IMPLICIT_VR_LITTLE_ENDIAN,
    littleEndian: transferSyntaxUid !== EXPLICIT_VR_BIG_ENDIAN,
  };
  const { longIntegerVrs } = checkStructure(whole, metaEnd, encoding);
  const dataSet = parseChecked(withoutLongIntegerVrs(whole, longIntegerVrs), metaEnd, encoding);
  Object.assign(dataSet.elements, meta.elements);
  return dataSet;
}

/** What passed checkStructure may still be more than dicom-parser takes. */
function parseChecked(bytes: Uint8Array, start: number, { explicit, littleEndian }: Encoding): DataSet {
  const { littleEndianByteArrayParser, bigEndianByteArrayParser, ByteStream } = dicomParser;
  const parser = littleEndian ? littleEndianByteArrayParser : bigEndianByteArrayParser;
  const dataSet = new DataSetClass(parser, bytes, {});
  // It does not take an empty stream.
  if (start === bytes.length) return dataSet;
  try {
    const stream = new ByteStream(parser, bytes, start);
    if (explicit) dicomParser.parseDicomDataSetExplicit(dataSet, stream, bytes.length);
    else dicomParser.parseDicomDataSetImplicit(dataSet, stream, bytes.length);
  } catch (fault) {
    throw new ImagingError('not a readable DICOM Part 10 object', { cause: asError(fault) });
  }
  return dataSet;
}

/** dicom-parser 1.8 takes the length of these to have 16 bits; unknown bytes (UN) it reads right. */
function withoutLongIntegerVrs(bytes: Uint8Array, places: readonly number[]): Uint8Array {
  if (places.length === 0) return bytes;
  const copy = Uint8Array.from(bytes);
  for (const at of places) copy.set(UN, at);
  return copy;
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
  const vr = element.vr ?? BINARY_VRS[tag];
  if (vr !== undefined && vr in NUMBER_READERS) {
    return { vr, Value: [NUMBER_READERS[vr]!(dataSet, element.tag)] };
  }
  if (vr !== undefined && !TEXT_VRS.has(vr)) return null;
  return { vr: vr ?? 'UN', Value: (dataSet.string(element.tag) ?? '').split('\\') };
}

/** The first value is all that a header needs. */
const NUMBER_READERS: Readonly<Record<string, (dataSet: DataSet, tag: string) => number | undefined>> = {
  US: (dataSet, tag) => dataSet.uint16(tag),
  SS: (dataSet, tag) => dataSet.int16(tag),
  UL: (dataSet, tag) => dataSet.uint32(tag),
  FD: (dataSet, tag) => dataSet.double(tag),
};

function tagsOfVr(vr: string, tags: string): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.split(' ').map((tag) => [tag, vr]));
}

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

/** dicom-parser throws text, and objects that carry the data set; only its fixed sentences are kept. */
function asError(fault: unknown): Error {
  const thrown =
    typeof fault === 'object' && fault !== null && 'exception' in fault ? fault.exception : fault;
  return thrown instanceof Error ? new Error(thrown.message) : new Error(String(thrown));
}
