import type { DicomJson } from '../json/dicom-json.ts';
import { numberValues, textValue, textValues } from '../json/dicom-json-values.ts';
import { isAlwaysLossy } from '../part10/transfer-syntax.ts';

/** Lossy compression that an image went through at some point (PS3.3 C.7.6.1.1.5). */
export interface LossyCompression {
  /** LossyImageCompressionRatio and LossyImageCompressionMethod, as far as the image tells them: one after another. */
  readonly ratios: readonly number[];
  readonly methods: readonly string[];
}

const CODE_STRING = /^[A-Z0-9 _]{1,16}$/;

/** Null of an image that says of none, and is stored in a way that need not lose anything. */
export function lossyCompression(image: DicomJson, transferSyntaxUid: string): LossyCompression | null {
  if (textValue(image, '00282110') !== '01' && !isAlwaysLossy(transferSyntaxUid)) return null;
  return {
    ratios: (numberValues(image, '00282112') ?? []).filter((ratio) => ratio > 0),
    methods: textValues(image, '00282114').filter((method) => CODE_STRING.test(method)),
  };
}
