import { inflateRawSync } from 'node:zlib';
import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import type { DicomJson, DicomJsonElement } from './dicom-json.ts';
import { ImagingError } from './imaging-error.ts';

/** One frame of the largest matrix decoded here and a generous header: what a deflated object may grow to. */
const MAX_INFLATED_BYTES = 96 * 1024 * 1024;
/** Longer values are no use to a header. */
const MAX_TEXT_BYTES = 4096;

const TEXT_VRS = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' '));
/** Binary attributes of the Image Pixel Module (PS3.3 C.7.6.3), whose VR an implicit-VR object does not tell. */
const UNSIGNED_SHORT_TAGS = new Set(
  '00280002 00280006 00280010 00280011 00280100 00280101 00280102 00280103'.split(' '),
);

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
 * The top-level text and unsigned-short attributes of the groups a header needs, as DICOM JSON.
 * Text is read byte by byte (Latin-1): identifiers, codes and numbers only; not for names of persons.
 */
export function headerJson(dataSet: DataSet): DicomJson {
  const json: Record<string, DicomJsonElement> = {};
  for (const element of Object.values(dataSet.elements)) {
    if (!/^x00(08|18|20|28)/.test(element.tag) || element.items !== undefined) continue;
    if (element.length === 0 || element.length > MAX_TEXT_BYTES) continue;
    const tag = element.tag.slice(1).toUpperCase();
    if (element.vr === 'US' || (element.vr === undefined && UNSIGNED_SHORT_TAGS.has(tag))) {
      json[tag] = { vr: 'US', Value: [dataSet.uint16(element.tag)] };
    } else if (element.vr === undefined || TEXT_VRS.has(element.vr)) {
      json[tag] = { vr: element.vr ?? 'UN', Value: (dataSet.string(element.tag) ?? '').split('\\') };
    }
  }
  return json;
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
