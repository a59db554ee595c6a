import type { DcmjsElement } from 'dcmjs';
import type { DataSetToEncode } from './encode-part10.ts';

/** An element of a text VR. */
export function text(vr: string, ...values: readonly string[]): DcmjsElement {
  return { vr, Value: values };
}

/** Unsigned shorts. */
export function shorts(...values: readonly number[]): DcmjsElement {
  return { vr: 'US', Value: values };
}

/** Double-precision numbers. */
export function doubles(...values: readonly number[]): DcmjsElement {
  return { vr: 'FD', Value: values };
}

export function sequence(...items: readonly DataSetToEncode[]): DcmjsElement {
  return { vr: 'SQ', Value: items };
}

/** DS holds at most 16 characters (PS3.5 6.2). */
export function decimals(...values: readonly number[]): DcmjsElement {
  return text('DS', ...values.map(decimal));
}

function decimal(value: number): string {
  if (Math.abs(value) < 1e-9) return '0';
  for (let digits = 12; digits > 1; digits--) {
    const written = String(Number(value.toPrecision(digits)));
    if (written.length <= 16) return written;
  }
  return '0';
}
