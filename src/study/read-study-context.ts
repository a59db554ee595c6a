import type { DataSet } from 'dicom-parser';
import { studyContext } from '../dicom/image/study-context.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import type { DicomJson, DicomJsonElement } from '../dicom/json/dicom-json.ts';
import { textValue, textValues } from '../dicom/json/dicom-json-values.ts';
import { parsePart10 } from '../dicom/part10/parse-part10.ts';
import { decodeText, isCommonlyConverted } from '../dicom/text/character-sets.ts';
import { hasDoubtfulText, isUtf8 } from '../dicom/text/text-doubts.ts';
import { type Archive, ArchiveError } from '../dicomweb/archive.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../domain/uid.ts';

const SPECIFIC_CHARACTER_SET = '00080005';
/** VRs that SpecificCharacterSet applies to (PS3.5 6.1.2.3). */
const TEXT_VRS = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);
/** Of these, the ones a backslash is a character of. */
const SINGLE_VALUED = new Set(['LT', 'ST', 'UT']);

/**
 * The patient and study attributes of an image that its results copy. DICOM JSON is UTF-8 whatever the image uses
 * (PS3.18 F.2); but code extensions (PS3.5 6.1.2.5) and rare or misspelt sets archives are known to convert wrongly,
 * and what an archive converted wrongly can show: then the text is read from the image itself. A character that nobody
 * can read stays U+FFFD, so that what is composed leaves its attribute out and says so.
 * @param metadata of the image, {} when there is none.
 */
export async function readStudyContext(
  archive: Pick<Archive, 'retrieveInstance'>,
  study: StudyInstanceUid,
  metadata: DicomJson,
  signal?: AbortSignal,
): Promise<DicomJson> {
  const context = studyContext(metadata);
  const isConverted = isCommonlyConverted(textValues(metadata, SPECIFIC_CHARACTER_SET));
  if (isConverted && !hasDoubtfulText(context)) return context;
  const series = textValue(metadata, '0020000E') as SeriesInstanceUid | null;
  const instance = textValue(metadata, '00080018') as SopInstanceUid | null;
  if (series === null || instance === null) return context;
  const bytes = await archive.retrieveInstance(study, series, instance, signal).catch(tooLarge);
  const dataSet = bytes === null ? null : readable(bytes);
  if (dataSet === null) return context;
  const characterSets = (dataSet.string('x00080005') ?? '').split('\\').map((term) => term.trim());
  return withTextOf(context, dataSet, characterSets);
}

/** An object too large to be read is told by the stages that need its pixels: here it has no text to give. */
function tooLarge(cause: unknown): null {
  if (cause instanceof ArchiveError && cause.tooLarge) return null;
  throw cause;
}

/** The image's data set; null when it has none, which the stages that need its pixels tell. */
function readable(bytes: Uint8Array): DataSet | null {
  try {
    return parsePart10(bytes);
  } catch (cause) {
    if (cause instanceof ImagingError) return null;
    throw cause;
  }
}

/** The same attributes with their text as the data set has it. */
function withTextOf(json: DicomJson, dataSet: DataSet, characterSets: readonly string[]): DicomJson {
  return Object.fromEntries(
    Object.entries(json).map(([tag, element]) => [tag, textOf(tag, element, dataSet, characterSets)]),
  );
}

function textOf(
  tag: string,
  json: DicomJsonElement,
  dataSet: DataSet,
  characterSets: readonly string[],
): DicomJsonElement {
  const element = dataSet.elements[`x${tag.toLowerCase()}`];
  if (element === undefined) return json;
  if (json.vr === 'SQ') {
    const items = (json.Value ?? []) as readonly DicomJson[];
    const parsed = element.items ?? [];
    const decoded = items.map((item, index) => {
      const own = parsed[index]?.dataSet;
      return own === undefined ? item : withTextOf(item, own, characterSets);
    });
    return { ...json, Value: decoded };
  }
  if (!TEXT_VRS.has(json.vr) || element.length === 0) return json;
  const { dataOffset, length } = element;
  const text = decoded(dataSet.byteArray.subarray(dataOffset, dataOffset + length), characterSets);
  const texts = (SINGLE_VALUED.has(json.vr) ? [text] : text.split('\\')).map(withoutPadding);
  return { ...json, Value: json.vr === 'PN' ? texts.map(personName) : texts };
}

/** Sets that images name and do not use, as a rule: text that is UTF-8 all the same is read as that. */
const ASSUMED_SETS = new Set(['', 'ISO_IR 6', 'ISO_IR 100', 'ISO 2022 IR 6', 'ISO 2022 IR 100']);

function decoded(bytes: Uint8Array, characterSets: readonly string[]): string {
  const isAssumed = characterSets.every((term) => ASSUMED_SETS.has(term));
  return decodeText(bytes, isAssumed && isUtf8(bytes) ? ['ISO_IR 192'] : characterSets);
}

/** No expression: its cost would grow with the square of the padding. */
function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\0')) end -= 1;
  return text.slice(0, end);
}

/** A person's name by its component groups (PS3.18 F.2.2). */
function personName(text: string) {
  const [alphabetic = '', ideographic = '', phonetic = ''] = text.split('=');
  return {
    ...(alphabetic === '' ? {} : { Alphabetic: alphabetic }),
    ...(ideographic === '' ? {} : { Ideographic: ideographic }),
    ...(phonetic === '' ? {} : { Phonetic: phonetic }),
  };
}
