import { isOfStudyContext } from '../dicom/image/study-context.ts';
import { SEGMENTATION } from '../dicom/sop-classes.ts';
import type { Algorithm } from '../domain/assessment.ts';
import { type Keyword, tagOf } from '../sr/encode/data-set.ts';
import { renderPicture } from '../sr/picture/render-picture.ts';
import { MAKING_ROWS, makingRows } from '../sr/picture/summary-image.ts';
import { values } from './object-differences.ts';
import { items, type ParsedObject, parseObject, parserTag, text, texts } from './parsed-object.ts';

/** Whose an object is: an object that says it of another patient is not ours. */
const IDENTITY = ['00100010', '00100020', '00100021', '00100030', '00100040'];
/** Of the attributes before group 0018, which hold dates, names and equipment, what an object is and shows. */
const GENERAL = [
  ...['SOPClassUID', 'SOPInstanceUID', 'Modality', 'ConversionType', 'ImageType'],
  ...['DerivationDescription', 'SourceImageSequence'],
].map((keyword) => tagOf(keyword as Keyword));
const FIRST_COMPARED_TAG = '00180000';
/** Settings, the day, and what was known of other reports: these may differ. Pixels and evidence are compared by themselves. */
const OF_THE_DAY: readonly string[] = (
  [
    'DeviceSerialNumber',
    'SoftwareVersions',
    'SeriesNumber',
    'PredecessorDocumentsSequence',
    'CurrentRequestedProcedureEvidenceSequence',
    'PixelData',
  ] as const
).map(tagOf);
/** PS3.10 7.2: padding after a data set. */
const TRAILING_PADDING = 'FFFCFFFC';

/** Probabilities and places of the same images on another processor: their last digits differ. */
const TOLERANCE = 1e-3;
/** The same of the samples of a picture, of 255, and of the pixels of masks, as a share of those that are set. */
const SAMPLE_TOLERANCE = 2;
const MASK_TOLERANCE = 0.005;
/** What a version of this program is called, so that no other words come into a picture by that name. */
const VERSION = /^\d{1,4}(\.\d{1,4}){1,3}(-[0-9a-z.]{1,16})?$/;

/** Whether both say that they were made at the same instant: then they come from one composition. */
export function areOfOneComposition(ours: Uint8Array, held: Uint8Array): boolean {
  try {
    const [day, otherDay] = [parseObject(ours), parseObject(held)].map((object) => [
      text(object, 'InstanceCreationDate'),
      text(object, 'InstanceCreationTime'),
    ]);
    return day!.every((part, index) => part !== '' && part === otherDay![index]);
  } catch (cause) {
    if (cause instanceof TypeError) return false;
    throw cause;
  }
}

/**
 * Whether an object that an archive holds under our UIDs says what ours does, and nothing more: the same patient, the
 * same images, the same model, the same findings in the same words and pixels. What a run on another day makes
 * different, and what the settings name otherwise, does not matter.
 * @param algorithm what made a picture; null when there is none.
 */
export async function saysTheSame(
  ours: Uint8Array,
  held: Uint8Array,
  algorithm: Algorithm | null,
): Promise<boolean> {
  try {
    const [one, other] = [parseObject(ours), parseObject(held)];
    const tags = new Set([...comparedTags(one), ...comparedTags(other)]);
    const same = [...IDENTITY, ...GENERAL, ...tags].every((tag) =>
      alike(valuesOf(one, tag), valuesOf(other, tag)),
    );
    if (!same || !alike(evidenceIn(one), evidenceIn(other))) return false;
    const isMask = text(one, 'SegmentationType') !== '';
    return isMask ? sameMasks(one, other) : await samePicture(one, other, algorithm);
  } catch (cause) {
    // It is cut off, or no DICOM object at all.
    if (cause instanceof TypeError) return false;
    throw cause;
  }
}

/** An overlay or a presentation in it would be shown, so what ours lacks counts too; only private attributes do not. */
function comparedTags({ dataSet }: ParsedObject): string[] {
  return Object.keys(dataSet.elements)
    .map((tag) => tag.slice(1).toUpperCase())
    .filter((tag) => tag >= FIRST_COMPARED_TAG && tag !== TRAILING_PADDING && !tag.endsWith('0000'))
    .filter((tag) => Number.parseInt(tag[3]!, 16) % 2 === 0)
    .filter(
      (tag) => !OF_THE_DAY.includes(tag) && (tag === tagOf('StudyInstanceUID') || !isOfStudyContext(tag)),
    );
}

function valuesOf({ dataSet, decoder }: ParsedObject, tag: string): unknown[] {
  const element = dataSet.elements[`x${tag.toLowerCase()}`];
  return element === undefined ? [] : values(dataSet, element, decoder);
}

function alike(one: unknown, other: unknown): boolean {
  if (typeof one === 'number' && typeof other === 'number') {
    return one === other || Math.abs(one - other) <= TOLERANCE;
  }
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((value, index) => alike(value, other[index]));
}

/** The images that an object names as evidence. Whether segmentations are among them is a matter of the settings. */
function evidenceIn(object: ParsedObject): readonly (readonly string[])[] {
  return items(object, 'CurrentRequestedProcedureEvidenceSequence').flatMap((study) =>
    items(study, 'ReferencedSeriesSequence').flatMap((series) =>
      items(series, 'ReferencedSOPSequence')
        .map((each) => [text(each, 'ReferencedSOPClassUID'), text(each, 'ReferencedSOPInstanceUID')])
        .filter(([sopClassUid]) => sopClassUid !== SEGMENTATION)
        .map((each) => [text(study, 'StudyInstanceUID'), text(series, 'SeriesInstanceUID'), ...each]),
    ),
  );
}

/** A pixel at a margin may be of either side on another processor. */
function sameMasks(ours: ParsedObject, held: ParsedObject): boolean {
  const [one, other] = [samplesOf(ours), samplesOf(held)];
  if (!one || !other || one.length !== other.length) return false;
  let [set, different] = [0, 0];
  for (let at = 0; at < one.length; at++) {
    set += bitCount(one[at]!);
    different += bitCount(one[at]! ^ other[at]!);
  }
  return different <= MASK_TOLERANCE * set;
}

function bitCount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}

/** Compressed pixels are not looked into, and so not known. */
async function samePicture(
  ours: ParsedObject,
  held: ParsedObject,
  algorithm: Algorithm | null,
): Promise<boolean> {
  const [one, other] = [samplesOf(ours), samplesOf(held)];
  if (one === undefined || other === undefined) return one === other;
  if (one === null || other === null || algorithm === null || one.length !== other.length) return false;
  const [softwareVersion = '', ...more] = texts(held, 'SoftwareVersions');
  const [date, time] = [text(held, 'ContentDate'), text(held, 'ContentTime')];
  if (more.length > 0 || !VERSION.test(softwareVersion) || !/^\d{8}$/.test(date) || !/^\d{6}/.test(time)) {
    return false;
  }
  const making = await renderPicture(makingRows({ algorithm, softwareVersion, date, time }));
  const expected = Uint8Array.from(one);
  expected.set(making.samples, MAKING_ROWS.from * making.width * 3);
  return expected.every((sample, index) => Math.abs(sample - other[index]!) <= SAMPLE_TOLERANCE);
}

/** Null when they are compressed, undefined when there are none. */
function samplesOf({ dataSet }: ParsedObject): Uint8Array | null | undefined {
  const element = dataSet.elements[parserTag('PixelData')];
  if (element === undefined) return undefined;
  if (element.encapsulatedPixelData === true) return null;
  return dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
}
