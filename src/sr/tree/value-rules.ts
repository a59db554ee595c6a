import { isUid } from '../../domain/uid.ts';
import { decimalString } from '../encode/decimal-string.ts';

/** A value as it is written; `mended` when that is not what stood there, but for padding. Null: it cannot be written. */
export type WrittenValue = { readonly text: string; readonly mended: boolean } | null;

/** Longest values of text, in characters (PS3.5 table 6.2-1). */
const LONGEST: Readonly<Record<string, number>> = { LO: 64, LT: 10_240, SH: 16, ST: 1024 };
/** No attribute of patient and study is of use beyond this; so much is looked at of any value. */
const LONGEST_OF_ALL = 65_536;
/** The longest value of limited form: a name of three groups. Nothing longer is looked at. */
const LONGEST_FORMED = 3 * 64 + 2;
/** VRs of one value, of which line breaks and backslashes are characters (PS3.5 6.1.3, table 6.2-1). */
const PARAGRAPH_VRS = new Set(['LT', 'ST', 'UT']);

/** VRs of limited form (PS3.5 table 6.2-1): the value as it is written, null when it has another form. */
const FORMS: Readonly<Record<string, (text: string) => string | null>> = {
  AE: (text) => (text.length <= 16 && /^[ -~]*$/.test(text) ? text : null),
  AS: (text) => (/^\d{3}[DWMY]$/.test(text) ? text : null),
  CS: (text) => (/^[A-Z0-9 _]{0,16}$/i.test(text) ? text.toUpperCase() : null),
  DA: (text) => (isDate(text) ? text : null),
  DS: decimal,
  DT: (text) => (isDateTime(text) ? text : null),
  IS: (text) => (/^[+-]?\d{1,11}$/.test(text) && Math.abs(Number(text)) < 2 ** 31 ? text : null),
  PN: (text) => (isPersonName(text) ? text : null),
  TM: (text) => (isTime(text) ? text : null),
  UI: (text) => (isUid(text) ? text : null),
};
const TEXT_VRS = new Set(['LO', 'LT', 'SH', 'ST', 'UC', 'UR', 'UT', ...Object.keys(FORMS)]);

export function isTextVr(vr: string): boolean {
  return TEXT_VRS.has(vr);
}

/** Whether a backslash separates values of this VR. */
export function isSeveralValued(vr: string): boolean {
  return !PARAGRAPH_VRS.has(vr);
}

/**
 * One value of a text VR as it is written by the rules of PS3.5 6.2. Padding goes; control characters within go where
 * that makes no other value of it; text that is too long is cut where `isProse`.
 * @param isProse the value is read by people and compared with nothing.
 */
export function writtenValue(given: string, vr: string, isProse: boolean): WrittenValue {
  if (given.length > LONGEST_OF_ALL) return null;
  const text = withoutPadding(given, vr);
  if (text === '') return { text, mended: false };
  const plain = withoutControls(text, vr);
  // Of an identifier without one of its characters another identifier could come.
  if (plain !== text && !isProse && vr !== 'PN') return null;
  const form = FORMS[vr];
  if (form !== undefined && plain.length > LONGEST_FORMED) return null;
  const formed = form?.(plain) ?? (form ? null : fitted(plain, LONGEST[vr] ?? LONGEST_OF_ALL, isProse));
  return formed === null ? null : { text: formed, mended: formed !== text };
}

/** Spaces, and what stands in their place: NUL and line breaks. */
const PADDING = ' \0\t\n\f\r';

/** Leading padding counts in a paragraph. No expression: its cost would grow with the square of the padding. */
function withoutPadding(text: string, vr: string): string {
  let [from, to] = [0, text.length];
  while (to > from && PADDING.includes(text[to - 1]!)) to -= 1;
  while (!PARAGRAPH_VRS.has(vr) && from < to && PADDING.includes(text[from]!)) from += 1;
  return text.slice(from, to);
}

/** A space for every tab, and every line break that the VR does not allow; nothing for other control characters. */
function withoutControls(text: string, vr: string): string {
  const spaced = PARAGRAPH_VRS.has(vr) ? text.replaceAll('\t', ' ') : text.replace(/\r\n|[\t\n\f\r]/g, ' ');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return spaced.replace(/[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]/g, '');
}

function fitted(text: string, longest: number, isProse: boolean): string | null {
  if (text.length <= longest) return text;
  // No half of a surrogate pair is left at the end.
  return isProse ? `${text.slice(0, longest - 3).replace(/[\ud800-\udbff]$/, '')}...` : null;
}

function decimal(text: string): string | null {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) || !(Math.abs(Number(text)) < 1e308)) return null;
  return text.length <= 16 ? text : decimalString(Number(text));
}

function isDate(text: string): boolean {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function isTime(text: string): boolean {
  return /^([01]\d|2[0-3])([0-5]\d(([0-5]\d|60)(\.\d{1,6})?)?)?$/.test(text);
}

function isDateTime(text: string): boolean {
  const parts = /^(\d{4}(?:\d{2}){0,2})(\d{2}[\d.]*)?([+-]\d{4})?$/.exec(text);
  const [, day = '', time] = parts ?? [];
  if (parts === null || text.length > 26) return false;
  return isDate(day.padEnd(6, '01').padEnd(8, '01')) && (time === undefined || isTime(time));
}

/** Three groups, each of five components and 64 characters at most (PS3.5 6.2.1). */
function isPersonName(text: string): boolean {
  const groups = text.split('=');
  const isGroup = (group: string) => group.length <= 64 && group.split('^').length <= 5;
  return groups.length <= 3 && groups.every(isGroup);
}
