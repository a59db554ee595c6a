import dicomParser, { type ByteArrayParser, type DataSet, type Element } from 'dicom-parser';
import type { Encoding } from '../element-header.ts';
import { fault, type ObjectWalk } from '../object-walk.ts';
import { type ElementPlace, READ_GROUPS } from './element-place.ts';

/** dicom-parser's types leave the class out. */
const DataSetClass = (dicomParser as unknown as { readonly DataSet: DataSetConstructor }).DataSet;
type DataSetConstructor = new (
  parser: ByteArrayParser,
  bytes: Uint8Array,
  elements: DataSet['elements'],
) => DataSet;

/** A data set of dicom-parser without elements, over the bytes of the object. */
export function emptyDataSet({ bytes }: ObjectWalk, { littleEndian }: Encoding): DataSet {
  const { littleEndianByteArrayParser, bigEndianByteArrayParser } = dicomParser;
  return new DataSetClass(littleEndian ? littleEndianByteArrayParser : bigEndianByteArrayParser, bytes, {});
}

/**
 * Adds the element to its data set unless it stands there.
 * Toolkits differ in which of two they keep; where it matters and they differ, neither is believed.
 * @throws ImagingError naming the attribute.
 */
export function addElement(
  walk: ObjectWalk,
  dataSet: DataSet,
  element: Element,
  tag: number,
  { isRead }: ElementPlace,
): void {
  const before = dataSet.elements[element.tag];
  if (before === undefined) {
    dataSet.elements[element.tag] = element;
    return;
  }
  const isSequence = element.items !== undefined && tag >>> 16 !== 0x5200;
  if (!isRead || isSequence || !READ_GROUPS.has(tag >>> 16) || tag % 0x10000 === 0) return;
  const bytesOf = ({ dataOffset, length }: Element) => walk.bytes.subarray(dataOffset, dataOffset + length);
  if (Buffer.compare(bytesOf(before), bytesOf(element)) !== 0) {
    throw fault(walk, 'the attribute stands twice, with different values', tag);
  }
}
