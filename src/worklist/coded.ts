import type { DicomJson, DicomJsonElement } from '../dicom/json/dicom-json.ts';
import { textValue } from '../dicom/json/dicom-json-values.ts';
import { TAGS } from './workitem-tags.ts';

/** A code of a sequence (PS3.3 8.8). */
export interface Coded {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

/** Longest value of VR SH, and of LO. */
const [SHORT, LONG] = [16, 64];

export const element = (vr: string, ...Value: readonly unknown[]): DicomJsonElement => ({ vr, Value });

/** An item; what is too long for a Code Value is a Long Code Value (PS3.3 8.1). */
export function codeItem({ value, scheme, meaning }: Coded): DicomJson {
  return {
    ...(value.length <= SHORT
      ? { [TAGS.codeValue]: element('SH', value) }
      : { [TAGS.longCodeValue]: element('UC', value) }),
    [TAGS.codingScheme]: element('SH', scheme),
    [TAGS.codeMeaning]: element('LO', meaning.slice(0, LONG)),
  };
}

export const items = (dataSet: DicomJson, tag: string): readonly DicomJson[] =>
  (dataSet[tag]?.Value ?? []).filter((item): item is DicomJson => typeof item === 'object' && item !== null);

/** The codes of a sequence. */
export function codesIn(dataSet: DicomJson, tag: string): readonly Coded[] {
  return items(dataSet, tag).map((item) => ({
    value: textValue(item, TAGS.codeValue) ?? textValue(item, TAGS.longCodeValue) ?? '',
    scheme: textValue(item, TAGS.codingScheme) ?? '',
    meaning: textValue(item, TAGS.codeMeaning) ?? '',
  }));
}
