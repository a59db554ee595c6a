import { isUid } from '../../domain/uid.ts';
import { ImagingError } from '../imaging-error.ts';
import type { ElementHeader } from './element-header.ts';

/** Ten times a multi-frame MR object of a thousand frames. */
const MAX_ELEMENTS = 500_000;

/** What is known on the way through the bytes of one object. */
export interface ObjectWalk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  elements: number;
  sopInstanceUid: string | null;
  /** Where the last byte stands that is not zero; null until asked for. */
  lastByte: number | null;
}

export function startWalk(bytes: Uint8Array): ObjectWalk {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes, view, elements: 0, sopInstanceUid: null, lastByte: null };
}

/** @throws ImagingError when the object holds more than any image does. */
export function count(walk: ObjectWalk, tag: number): void {
  walk.elements++;
  if (walk.elements > MAX_ELEMENTS) {
    throw fault(walk, `more than ${MAX_ELEMENTS} elements, items and fragments`, tag);
  }
}

export function isZeroFrom(walk: ObjectWalk, at: number): boolean {
  if (walk.bytes[at] !== 0) return false;
  walk.lastByte ??= walk.bytes.findLastIndex((byte) => byte !== 0);
  return at > walk.lastByte;
}

/** A short value as text without its padding. */
export function textOf(bytes: Uint8Array, { valueAt, length }: ElementHeader): string {
  const text = Buffer.from(bytes.subarray(valueAt, valueAt + Math.min(length, 66))).toString('latin1');
  return text.replaceAll('\0', ' ').trim();
}

/** Null when it is no UID: then it is not to be repeated in messages. */
export function uidOf(bytes: Uint8Array, header: ElementHeader): string | null {
  const text = textOf(bytes, header);
  return isUid(text) ? text : null;
}

export function fault({ sopInstanceUid }: ObjectWalk, problem: string, tag: number | null): ImagingError {
  const digits = tag === null ? null : digitsOf(tag);
  const name = digits === null ? null : `(${digits.slice(0, 4)},${digits.slice(4)})`;
  return new ImagingError(problem, { sopInstanceUid, tag: name });
}

/** Eight upper-case hex digits. */
export function digitsOf(tag: number): string {
  return tag.toString(16).padStart(8, '0').toUpperCase();
}
