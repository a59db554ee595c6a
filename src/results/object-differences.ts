import type { TextDecoder } from 'node:util';
import type { DataSet, Element } from 'dicom-parser';
import type { Keyword } from '../sr/encode/data-set.ts';
import { type ParsedObject, parseObject, parserTag } from './parsed-object.ts';

/** What an object is: an archive may coerce patient and study attributes and re-encode, but must not touch these. */
const ESSENTIAL: readonly Keyword[] = [
  'SOPClassUID',
  'SOPInstanceUID',
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'CompletionFlag',
  'ConceptNameCodeSequence',
  'ContentTemplateSequence',
  'CurrentRequestedProcedureEvidenceSequence',
  'PredecessorDocumentsSequence',
  'ContentSequence',
  'FrameOfReferenceUID',
  'NumberOfFrames',
  'Rows',
  'Columns',
  'BitsAllocated',
  'SegmentSequence',
  'SharedFunctionalGroupsSequence',
  'PerFrameFunctionalGroupsSequence',
];

/** Attributes compared as numbers: as floats, shorts, longs, or by the value of their text. Every other one is text. */
const FLOATS = parserTag('GraphicData');
const SHORTS = parserTags(
  'Rows',
  'Columns',
  'BitsAllocated',
  'SegmentNumber',
  'ReferencedSegmentNumber',
  'RecommendedDisplayCIELabValue',
);
const LONGS = parserTag('DimensionIndexValues');
const NUMERALS = parserTags(
  'NumericValue',
  'NumberOfFrames',
  'ReferencedFrameNumber',
  'SliceThickness',
  'PixelSpacing',
  'ImagePositionPatient',
  'ImageOrientationPatient',
);

/** dicom-parser lists it among the elements of an item of undefined length (PS3.5 7.5.2). */
const ITEM_DELIMITATION = 'xfffee00d';

/**
 * Keywords of the essential attributes in which an archive's copy differs from what was sent; none when it kept the
 * object. Transfer syntax, padding and coerced patient or study attributes do not matter. Pixels are compared unless
 * the archive has compressed them: what is decoded here is greyscale, the summary image is not, and an archive may be
 * set to compress it with loss. Its size is compared all the same.
 * @throws TypeError when they differ and either is no readable DICOM object.
 */
export function objectDifferences(sent: Uint8Array, received: Uint8Array): readonly string[] {
  // Most archives give back the very bytes.
  if (Buffer.compare(sent, received) === 0) return [];
  const [ours, theirs] = [parseObject(sent), parseObject(received)];
  const different: Keyword[] = ESSENTIAL.filter(
    (keyword) => JSON.stringify(plain(ours, keyword)) !== JSON.stringify(plain(theirs, keyword)),
  );
  return samePixels(ours, theirs) ? different : [...different, 'PixelData'];
}

/** Bytes of 8-bit samples are in no order that a transfer syntax could change, but for padding. */
function samePixels(ours: ParsedObject, theirs: ParsedObject): boolean {
  const [sent, received] = [ours, theirs].map(({ dataSet }) => dataSet.elements[parserTag('PixelData')]);
  if (sent === undefined || received === undefined) return sent === received;
  if (received.encapsulatedPixelData === true) return true;
  const view = ({ dataSet }: ParsedObject, { dataOffset, length }: Element) =>
    dataSet.byteArray.subarray(dataOffset, dataOffset + length);
  return Buffer.compare(view(ours, sent), view(theirs, received)) === 0;
}

/** Nested values in the order of tags, without VRs, lengths and padding, in which transfer syntaxes differ. */
function plain({ dataSet, decoder }: ParsedObject, keyword: Keyword): unknown {
  const element = dataSet.elements[parserTag(keyword)];
  return element === undefined ? [] : values(dataSet, element, decoder);
}

/** The values of an element of any object of ours; of an attribute of unknown form, its bytes as text. */
export function values(dataSet: DataSet, element: Element, decoder: TextDecoder): unknown[] {
  const { tag, dataOffset, length } = element;
  if (element.items !== undefined) return element.items.map((item) => itemValues(item.dataSet, decoder));
  if (length === 0) return [];
  // Read through the data set, which knows its byte order.
  const read = <Value>(bytes: number, at: (index: number) => Value) =>
    Array.from({ length: length / bytes }, (_, index) => at(index));
  if (SHORTS.includes(tag)) return read(2, (index) => dataSet.uint16(tag, index));
  if (tag === LONGS) return read(4, (index) => dataSet.uint32(tag, index));
  if (tag === FLOATS) return read(4, (index) => dataSet.float(tag, index));
  const bytes = dataSet.byteArray.subarray(dataOffset, dataOffset + length);
  const texts = decoder
    .decode(bytes)
    .split('\\')
    .map((text) => text.replace(/(?<![ \0])[ \0]+$/, ''));
  return NUMERALS.includes(tag) ? texts.map(Number) : texts;
}

function itemValues(item: DataSet | undefined, decoder: TextDecoder): unknown[] {
  return Object.values(item?.elements ?? {})
    .filter(({ tag }) => tag !== ITEM_DELIMITATION)
    .toSorted((a, b) => (a.tag < b.tag ? -1 : 1))
    .map((element) => [element.tag, values(item!, element, decoder)]);
}

function parserTags(...keywords: readonly Keyword[]): readonly string[] {
  return keywords.map(parserTag);
}
