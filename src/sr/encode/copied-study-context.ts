import type { DicomJson, DicomJsonElement } from '../../dicom/json/dicom-json.ts';
import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';
import { attributeRule, DEPENDENT, isAllowed, isProse, partsOfItem } from '../tree/attribute-rules.ts';
import { isSeveralValued, isTextVr, writtenValue } from '../tree/value-rules.ts';
import { decimalString } from './decimal-string.ts';

export interface CopiedContext {
  readonly dataSet: DataSetToEncode;
  /** Tags of attributes left out because the images' value cannot be written by the rules of the standard. */
  readonly malformedTags: readonly string[];
  /** Tags of attributes left out because a character in their text could not be read. */
  readonly unreadableTags: readonly string[];
  /** Tags of attributes that are written otherwise than they stand in the images. */
  readonly mendedTags: readonly string[];
  /** Tags of attributes that are written although they are longer than allowed. */
  readonly overlongTags: readonly string[];
}

type Remark = 'malformed' | 'unreadable' | 'mended' | 'overlong';
/** Told of the attribute that is copied at present. */
type Note = (remark: Remark) => void;
type Written = Record<string, { vr: string; Value: readonly unknown[] }>;

/**
 * Archives file an object by it: with an empty one Orthanc opens a second study of the same UID. Cut it would be
 * another patient's.
 */
const PATIENT_ID = '00100020';
const NOT_READABLE = '\ufffd';
/** Of the length field of most text VRs (PS3.5 7.1.2). */
const MOST_BYTES = 0xffff - 1;
/** No sequence of patient and study has more items, or more below one another, by far. */
const MOST_ITEMS = 100;
const DEEPEST = 4;

/**
 * Patient and study attributes (DICOM JSON, PS3.18 annex F) made ready to be encoded: values verbatim where PS3.5 6.2
 * and the modules of PS3.3 allow them, mended where that makes nothing else of them, else left out, as are
 * attributes without value.
 */
export function copiedStudyContext(context: DicomJson): CopiedContext {
  const tags: Record<Remark, Set<string>> = {
    malformed: new Set(),
    unreadable: new Set(),
    mended: new Set(),
    overlong: new Set(),
  };
  const dataSet: Written = {};
  for (const [tag, element] of Object.entries(context)) {
    const values = copiedValues(tag, element, (remark) => tags[remark].add(tag));
    if (values !== null) dataSet[tag] = values;
  }
  for (const { group, needs, empty } of DEPENDENT) {
    const there = group.filter((member) => dataSet[member] !== undefined);
    if (needs.some((set) => set.every((tag) => dataSet[tag] !== undefined))) {
      for (const tag of there.length > 0 ? empty : [])
        dataSet[tag] ??= { vr: attributeRule(tag)!.vr, Value: [] };
      continue;
    }
    for (const tag of there) {
      delete dataSet[tag];
      tags.malformed.add(tag);
    }
  }
  const isLeft = (tag: string) => !tags.malformed.has(tag) && !tags.unreadable.has(tag);
  return {
    dataSet,
    malformedTags: [...tags.malformed],
    unreadableTags: [...tags.unreadable],
    mendedTags: [...tags.mended].filter(isLeft),
    overlongTags: [...tags.overlong],
  };
}

/** An element in the VR that the standard gives it; null where it has no value that can be written. */
function copiedValues(tag: string, element: DicomJsonElement, note: Note, depth = 0): Written[string] | null {
  const rule = attributeRule(tag);
  if (element.BulkDataURI !== undefined || element.InlineBinary !== undefined) note('malformed');
  const values = (Array.isArray(element.Value) ? element.Value : []).filter((value) => value !== null);
  if (values.length === 0) return null;
  if (rule === null) {
    note('malformed');
    return null;
  }
  const { vr } = rule;
  if (vr === 'SQ') return copiedItems(tag, values, note, depth);
  if (vr === 'US' || vr === 'SS') return copiedNumbers(tag, vr, values, note);
  if (isTextVr(vr)) return copiedTexts(tag, rule, values, note);
  note('malformed');
  return null;
}

/** The items that are whole; null when none is. */
function copiedItems(
  tag: string,
  values: readonly unknown[],
  note: Note,
  depth: number,
): Written[string] | null {
  if (values.length > MOST_ITEMS || depth > DEEPEST) {
    note('malformed');
    return null;
  }
  const items = values.flatMap((item) => {
    const copy = isRecord(item) ? copiedItem(tag, item as DicomJson, note, depth) : null;
    if (copy === null) note('malformed');
    return copy === null ? [] : [copy];
  });
  return items.length === 0 ? null : { vr: 'SQ', Value: items };
}

/** Null where a part is missing, or cannot be written. */
function copiedItem(sequenceTag: string, item: DicomJson, note: Note, depth: number): DataSetToEncode | null {
  let isWhole = true;
  const copy: Written = {};
  for (const [tag, element] of Object.entries(item)) {
    if (!isRecord(element)) return null;
    const noteOfItem: Note = (remark) => {
      note(remark === 'overlong' ? 'malformed' : remark);
      isWhole &&= remark === 'mended';
    };
    const values = copiedValues(tag, element, noteOfItem, depth + 1);
    if (values !== null) copy[tag] = values;
  }
  const parts = partsOfItem(sequenceTag);
  const hasParts = parts.length === 0 || parts.some((set) => set.every((tag) => copy[tag] !== undefined));
  return isWhole && hasParts && Object.keys(copy).length > 0 ? copy : null;
}

function copiedNumbers(
  tag: string,
  vr: 'US' | 'SS',
  values: readonly unknown[],
  note: Note,
): Written[string] | null {
  const [least, most] = vr === 'US' ? [0, 0xffff] : [-0x8000, 0x7fff];
  const numbers = values.map((value) => (typeof value === 'string' ? Number(value.trim() || NaN) : value));
  const fit = numbers.every(
    (value) =>
      typeof value === 'number' &&
      Number.isInteger(value) &&
      value >= least! &&
      value <= most! &&
      isAllowed(tag, value),
  );
  if (fit && numbers.length === 1) return { vr, Value: numbers };
  note('malformed');
  return null;
}

function copiedTexts(
  tag: string,
  { vr, isMultiple }: { readonly vr: string; readonly isMultiple: boolean },
  values: readonly unknown[],
  note: Note,
): Written[string] | null {
  const given = values.map((value) => asText(value, vr));
  const whole = given.filter((text) => text !== null).map((text) => text.toWellFormed());
  if (whole.every((text) => text.trim() === '') && whole.length === given.length) return null;
  if (whole.some((text) => text.includes(NOT_READABLE))) return leftOut('unreadable', note);
  const parts = isSeveralValued(vr) ? whole.flatMap((text) => text.split('\\')) : whole;
  const texts = isMultiple ? parts : oneValue(tag, parts, note);
  if (texts === null || whole.length < given.length) return leftOut('malformed', note);
  if (tag === PATIENT_ID && isOverlong(texts[0] ?? '')) {
    note('overlong');
    return { vr, Value: [texts[0]!.trim()] };
  }
  const written = texts.map((text) => writtenValue(text, vr, isProse(tag)));
  if (!written.every((value) => value !== null && (value.text === '' || isAllowed(tag, value.text)))) {
    return leftOut('malformed', note);
  }
  if (written.some((value) => value!.mended)) note('mended');
  const copied = written.map((value) => value!.text);
  if (Buffer.byteLength(copied.join('\\')) > MOST_BYTES) return leftOut('malformed', note);
  return copied.some((text) => text !== '') ? { vr, Value: copied } : null;
}

function leftOut(remark: Remark, note: Note): null {
  note(remark);
  return null;
}

/** Several values of an attribute that has one: prose is joined, of anything else none is the right one. */
function oneValue(tag: string, parts: readonly string[], note: Note): readonly string[] | null {
  const filled = parts.filter((part) => part.trim() !== '');
  if (filled.length <= 1) return filled;
  if (!isProse(tag)) return null;
  note('mended');
  return [filled.join(' ')];
}

/** Longer than its VR allows, and nothing else. */
function isOverlong(text: string): boolean {
  return (
    text.length <= 4 * 64 &&
    text.trim().length > 64 &&
    writtenValue(text.trim(), 'UC', false)?.mended === false
  );
}

/** One value as Part 10 text: names with their three groups (PS3.5 6.2.1), numbers as IS or DS; null when it is none. */
function asText(value: unknown, vr: string): string | null {
  if (typeof value === 'number')
    return vr === 'DS' && Math.abs(value) < 1e308 ? decimalString(value) : String(value);
  if (typeof value === 'string') return value;
  if (vr !== 'PN' || !isRecord(value)) return null;
  const groups = [value['Alphabetic'], value['Ideographic'], value['Phonetic']].map((group) => group ?? '');
  // An equals sign within a group would make another one of what follows.
  if (!groups.every((group): group is string => typeof group === 'string' && !group.includes('=')))
    return null;
  return groups.join('=').replace(/(?<!=)=+$/, '');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> & DicomJsonElement {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
