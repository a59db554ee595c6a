import { TextDecoder } from 'node:util';
import type { DataSet } from 'dicom-parser';
import { parsePart10 } from '../dicom/part10/parse-part10.ts';
import { type Keyword, tagOf } from '../sr/encode/data-set.ts';

/** A data set, or an item of one, with what decodes its text: an item inherits the character set of its object. */
export interface ParsedObject {
  readonly dataSet: DataSet;
  readonly decoder: TextDecoder;
}

/** What an archive that re-encodes may make of our UTF-8; anything else is read as Latin-1 (PS3.3 C.12.1.1.2). */
const ENCODINGS: Readonly<Record<string, string>> = { 'ISO_IR 192': 'utf-8', GB18030: 'gb18030' };

/** @throws TypeError when the bytes are no readable DICOM object. */
export function parseObject(bytes: Uint8Array): ParsedObject {
  try {
    const dataSet = parsePart10(bytes);
    const characterSet = dataSet.string(parserTag('SpecificCharacterSet')) ?? '';
    return { dataSet, decoder: new TextDecoder(ENCODINGS[characterSet] ?? 'latin1') };
  } catch (cause) {
    throw new TypeError('not a readable DICOM object', { cause });
  }
}

/** Items of a sequence, none when it is absent. */
export function items({ dataSet, decoder }: ParsedObject, keyword: Keyword): readonly ParsedObject[] {
  const sequence = dataSet.elements[parserTag(keyword)]?.items ?? [];
  return sequence.flatMap((item) => (item.dataSet === undefined ? [] : [{ dataSet: item.dataSet, decoder }]));
}

/** The values as text without their padding; none when absent or empty. */
export function texts({ dataSet, decoder }: ParsedObject, keyword: Keyword): readonly string[] {
  const element = dataSet.elements[parserTag(keyword)];
  if (element === undefined || element.length === 0) return [];
  const { dataOffset, length } = element;
  const bytes = dataSet.byteArray.subarray(dataOffset, dataOffset + length);
  return decoder
    .decode(bytes)
    .split('\\')
    .map((value) => value.replace(/(?<![ \0])[ \0]+$/, ''));
}

/** The first value as text, '' when there is none. */
export function text(object: ParsedObject, keyword: Keyword): string {
  return texts(object, keyword)[0] ?? '';
}

/** The values of an FL attribute. */
export function floats({ dataSet }: ParsedObject, keyword: Keyword): readonly number[] {
  const tag = parserTag(keyword);
  const length = dataSet.elements[tag]?.length ?? 0;
  // Read through the data set, which knows its byte order.
  return Array.from({ length: length / 4 }, (_, index) => dataSet.float(tag, index)!);
}

/** dicom-parser's way to write a tag. */
export function parserTag(keyword: Keyword): string {
  return `x${tagOf(keyword).toLowerCase()}`;
}
