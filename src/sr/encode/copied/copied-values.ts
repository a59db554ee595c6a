import type { DicomJson, DicomJsonElement } from '../../../dicom/json/dicom-json.ts';
import type { DataSetToEncode } from '../../../dicom/part10/encode-part10.ts';
import { attributeRule, partsOfItem } from '../../tree/attribute-rules.ts';
import { isTextVr } from '../../tree/value-rules.ts';
import { copiedNumbers } from './copied-numbers.ts';
import { copiedTexts } from './copied-texts.ts';
import { leftOut, type Note, type WrittenElement } from './copy-remark.ts';
import { isRecord } from './is-record.ts';

/** No sequence of patient and study has more items, or more below one another, by far. */
const MOST_ITEMS = 100;
const DEEPEST = 4;

/** An element in the VR that the standard gives it; null where it has no value that can be written. */
export function copiedValues(
  tag: string,
  element: DicomJsonElement,
  note: Note,
  depth = 0,
): WrittenElement | null {
  const rule = attributeRule(tag);
  if (element.BulkDataURI !== undefined || element.InlineBinary !== undefined) note('malformed');
  const values = (Array.isArray(element.Value) ? element.Value : []).filter((value) => value !== null);
  if (values.length === 0) return null;
  if (rule === null) return leftOut('malformed', note);
  const { vr } = rule;
  if (vr === 'SQ') return copiedItems(tag, values, note, depth);
  if (vr === 'US' || vr === 'SS') return copiedNumbers(tag, vr, values, note);
  if (isTextVr(vr)) return copiedTexts(tag, rule, values, note);
  return leftOut('malformed', note);
}

/** The items that are whole; null when none is. */
function copiedItems(
  tag: string,
  values: readonly unknown[],
  note: Note,
  depth: number,
): WrittenElement | null {
  if (values.length > MOST_ITEMS || depth > DEEPEST) return leftOut('malformed', note);
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
  const copy: Record<string, WrittenElement> = {};
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
