import { isAllowed, isProse } from '../../tree/attribute-rules.ts';
import { isSeveralValued, writtenValue } from '../../tree/value-rules.ts';
import { leftOut, type Note, type WrittenElement } from './copy-remark.ts';
import { part10Text } from './part10-text.ts';

/**
 * Archives file an object by it: with an empty one Orthanc opens a second study of the same UID. Cut it would be
 * another patient's.
 */
const PATIENT_ID = '00100020';
const NOT_READABLE = '\ufffd';
/** Of the length field of most text VRs (PS3.5 7.1.2). */
const MOST_BYTES = 0xffff - 1;

/** Text as it stands, or mended; null where it is none that can be written. */
export function copiedTexts(
  tag: string,
  { vr, isMultiple }: { readonly vr: string; readonly isMultiple: boolean },
  values: readonly unknown[],
  note: Note,
): WrittenElement | null {
  const given = values.map((value) => part10Text(value, vr));
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
