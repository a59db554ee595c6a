import { isAllowed } from '../../tree/attribute-rules.ts';
import { leftOut, type Note, type WrittenElement } from './copy-remark.ts';

/** One integer of the VR's range; null where there is anything else. */
export function copiedNumbers(
  tag: string,
  vr: 'US' | 'SS',
  values: readonly unknown[],
  note: Note,
): WrittenElement | null {
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
  return leftOut('malformed', note);
}
