import { TextDecoder } from 'node:util';
import type { DataSet, Element } from 'dicom-parser';
import { parsePart10 } from '../imaging/parse-part10.ts';
import { type Keyword, tagOf } from './data-set.ts';

/** What a report is: an archive may coerce patient and study attributes and re-encode, but must not touch these. */
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
];

/** Attributes compared as numbers: as floats, or by the value of their text. Every other one is text. */
const FLOATS = parserTag('GraphicData');
const NUMERALS: readonly string[] = [parserTag('NumericValue'), parserTag('ReferencedFrameNumber')];

/** dicom-parser lists it among the elements of an item of undefined length (PS3.5 7.5.2). */
const ITEM_DELIMITATION = 'xfffee00d';

/** What a re-encoding archive may make of our UTF-8; anything else is read as Latin-1 (PS3.3 C.12.1.1.2). */
const ENCODINGS: Readonly<Record<string, string>> = { 'ISO_IR 192': 'utf-8', GB18030: 'gb18030' };

/**
 * Keywords of the essential attributes in which an archive's copy differs from what was sent; none when it kept the
 * report. Transfer syntax, padding and coerced patient or study attributes do not matter.
 * @throws TypeError when they differ and either is no readable DICOM object.
 */
export function reportDifferences(sent: Uint8Array, received: Uint8Array): readonly string[] {
  // Most archives give back the very bytes.
  if (Buffer.compare(sent, received) === 0) return [];
  const [ours, theirs] = [parsed(sent), parsed(received)];
  return ESSENTIAL.filter(
    (keyword) => JSON.stringify(plain(ours, keyword)) !== JSON.stringify(plain(theirs, keyword)),
  );
}

interface ParsedReport {
  readonly dataSet: DataSet;
  readonly decoder: TextDecoder;
}

function parsed(bytes: Uint8Array): ParsedReport {
  try {
    const dataSet = parsePart10(bytes);
    const characterSet = dataSet.string(parserTag('SpecificCharacterSet')) ?? '';
    return { dataSet, decoder: new TextDecoder(ENCODINGS[characterSet] ?? 'latin1') };
  } catch (cause) {
    throw new TypeError('not a readable DICOM object', { cause });
  }
}

/** Nested values in the order of tags, without VRs, lengths and padding, in which transfer syntaxes differ. */
function plain({ dataSet, decoder }: ParsedReport, keyword: Keyword): unknown {
  const element = dataSet.elements[parserTag(keyword)];
  return element === undefined ? [] : values(dataSet, element, decoder);
}

function values(dataSet: DataSet, element: Element, decoder: TextDecoder): unknown[] {
  const { tag, dataOffset, length } = element;
  if (element.items !== undefined) return element.items.map((item) => itemValues(item.dataSet, decoder));
  if (length === 0) return [];
  // Read through the data set, which knows its byte order.
  if (tag === FLOATS) return Array.from({ length: length / 4 }, (_, index) => dataSet.float(tag, index));
  const bytes = dataSet.byteArray.subarray(dataOffset, dataOffset + length);
  const texts = decoder
    .decode(bytes)
    .split('\\')
    .map((text) => text.replace(/[ \0]+$/, ''));
  return NUMERALS.includes(tag) ? texts.map(Number) : texts;
}

function itemValues(item: DataSet | undefined, decoder: TextDecoder): unknown[] {
  return Object.values(item?.elements ?? {})
    .filter(({ tag }) => tag !== ITEM_DELIMITATION)
    .toSorted((a, b) => (a.tag < b.tag ? -1 : 1))
    .map((element) => [element.tag, values(item!, element, decoder)]);
}

/** dicom-parser's way to write a tag. */
function parserTag(keyword: Keyword): string {
  return `x${tagOf(keyword).toLowerCase()}`;
}
