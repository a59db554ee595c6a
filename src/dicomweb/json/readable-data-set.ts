import type { DicomJson, DicomJsonElement } from '../../dicom/json/dicom-json.ts';
import { dictionaryVr } from '../../dicom/json/dictionary-vr.ts';

/** Deeper than any information object nests. */
const MAX_DEPTH = 32;
/** Places told of one data set; what else is wrong with it is of the same kind. */
const MAX_PLACES = 20;
const [TAG, VR] = [/^[0-9A-F]{8}$/, /^[A-Z]{2}$/];

/** A data set without what cannot be read of it, and where that stood: a tag, or words; never a value. */
export interface ReadableDataSet {
  readonly dataSet: DicomJson;
  readonly unreadable: readonly string[];
}

/** Whether it is a data set of the DICOM JSON model (PS3.18 annex F) throughout. */
export function isReadable(value: unknown): value is DicomJson {
  return isReadableAt(value, 0);
}

function isReadableAt(value: unknown, depth: number): boolean {
  if (!isObject(value) || depth > MAX_DEPTH) return false;
  return Object.entries(value).every(([tag, element]) => {
    if (!TAG.test(tag) || !isObject(element)) return false;
    const { vr, Value } = element;
    if (typeof vr !== 'string' || !VR.test(vr)) return false;
    if (Value === undefined) return true;
    return Array.isArray(Value) && (vr !== 'SQ' || Value.every((item) => isReadableAt(item, depth + 1)));
  });
}

/**
 * What can be read of a data set that is not quite of the model: tags in lower case, a bare text or number for a list
 * of one, and a standard attribute without its vr mean one thing only; what does not is left out.
 * @returns null when it is no data set at all.
 */
export function readableDataSet(value: unknown): ReadableDataSet | null {
  if (!isObject(value)) return null;
  const unreadable = new Set<string>();
  const dataSet = readItem(value, 0, (place) => {
    if (unreadable.size < MAX_PLACES) unreadable.add(place);
  });
  return { dataSet, unreadable: [...unreadable] };
}

type PassOver = (place: string) => void;

function readItem(item: Readonly<Record<string, unknown>>, depth: number, passOver: PassOver): DicomJson {
  const read: Record<string, DicomJsonElement> = {};
  for (const [key, value] of Object.entries(item)) {
    const tag = key.toUpperCase();
    const element = TAG.test(tag) ? readElement(tag, value, depth, passOver) : null;
    // Of an attribute that is there under two spellings the proper one is believed.
    if (element !== null) {
      if (!(tag in read) || key === tag) read[tag] = element;
    } else passOver(TAG.test(tag) ? `(${tag.slice(0, 4)},${tag.slice(4)})` : 'a name that is no tag');
  }
  return read;
}

/** Null when it cannot be read. */
function readElement(
  tag: string,
  value: unknown,
  depth: number,
  passOver: PassOver,
): DicomJsonElement | null {
  if (!isObject(value)) return null;
  const { vr: said, Value, ...rest } = value;
  const vr = typeof said === 'string' && VR.test(said) ? said : dictionaryVr(tag);
  if (vr === null) return null;
  if (Value === undefined) return { ...rest, vr };
  if (vr === 'SQ') {
    if (!Array.isArray(Value) || depth >= MAX_DEPTH) return null;
    // An item keeps its place.
    const items = Value.map((item) => (isObject(item) ? readItem(item, depth + 1, passOver) : {}));
    return { ...rest, vr, Value: items };
  }
  if (typeof Value === 'string' || typeof Value === 'number') return { ...rest, vr, Value: [Value] };
  return Array.isArray(Value) ? { ...rest, vr, Value } : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
