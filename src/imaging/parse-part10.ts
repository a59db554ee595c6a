import { inflateRawSync } from 'node:zlib';
import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import type { DicomJson, DicomJsonElement } from './dicom-json.ts';
import { ImagingError } from './imaging-error.ts';

/** One frame of the largest matrix decoded here and a generous header: what a deflated object may grow to. */
const MAX_INFLATED_BYTES = 96 * 1024 * 1024;
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
    '00280002 00280006 00280010 00280011 00280100 00280101 00280102 00280103 00189240 00209156',
  ),
  ...tagsOfVr('UL', '00209057 00209128 00209157'),
  ...tagsOfVr('FD', '00189082 00189079 00189087'),
};
/** Shared and Per-Frame Functional Groups Sequence (PS3.3 C.7.6.16). */
const FUNCTIONAL_GROUPS = new Set(['52009229', '52009230']);

/**
 * Parses a Part 10 object with every element's extent checked against the bytes. Elements keep pointing into
 * `bytes` (into the inflated copy when deflated).
 * @throws ImagingError when the bytes are not a whole DICOM object.
 */
export function parsePart10(bytes: Uint8Array): DataSet {
  let dataSet: DataSet;
  try {
    dataSet = dicomParser.parseDicom(bytes, { inflater } as dicomParser.ParseDicomOptions);
  } catch (fault) {
    throw new ImagingError('not a readable DICOM Part 10 object', { cause: asError(fault) });
  }
  const sopInstanceUid = safely(() => dataSet.string('x00080018')) ?? null;
  for (const element of Object.values(dataSet.elements)) {
    // The file meta information of a deflated object lies before the inflated bytes, at the same offsets.
    if (element.dataOffset + element.length > dataSet.byteArray.length) {
      throw new ImagingError('cut off: an element runs past the end', {
        sopInstanceUid,
        tag: tagName(element),
      });
    }
  }
  return dataSet;
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
  UL: (dataSet, tag) => dataSet.uint32(tag),
  FD: (dataSet, tag) => dataSet.double(tag),
};

function tagsOfVr(vr: string, tags: string): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.split(' ').map((tag) => [tag, vr]));
}

/** `(gggg,eeee)` of a dicom-parser element. */
function tagName(element: Element): string {
  return `(${element.tag.slice(1, 5)},${element.tag.slice(5)})`.toUpperCase();
}

/** dicom-parser wants the untouched head and the inflated rest in one array. */
function inflater(bytes: Uint8Array, position: number): Uint8Array {
  const inflated = inflateRawSync(bytes.subarray(position), { maxOutputLength: MAX_INFLATED_BYTES });
  const whole = new Uint8Array(position + inflated.length);
  whole.set(bytes.subarray(0, position));
  whole.set(inflated, position);
  return whole;
}

/** dicom-parser throws text, and objects that carry the data set; only its fixed sentences are kept. */
function asError(fault: unknown): Error {
  const thrown =
    typeof fault === 'object' && fault !== null && 'exception' in fault ? fault.exception : fault;
  return thrown instanceof Error ? new Error(thrown.message) : new Error(String(thrown));
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
