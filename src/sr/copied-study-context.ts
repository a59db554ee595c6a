import { isUid } from '../domain/uid.ts';
import type { DicomJson, DicomJsonElement } from '../imaging/dicom-json.ts';
import type { DataSetToEncode } from '../imaging/encode-part10.ts';
import { decimalString } from './decimal-string.ts';

export interface CopiedContext {
  readonly dataSet: DataSetToEncode;
  /** Tags of attributes left empty because the images' value cannot be written as its VR (PS3.5 table 6.2-1). */
  readonly malformedTags: readonly string[];
}

/** What a VR of limited form may hold; identifiers and free text are copied as they are, for a PACS matches on them. */
const FORMS: Readonly<Record<string, (text: string) => boolean>> = {
  AE: (text) => text.length <= 16,
  AS: (text) => /^\d{3}[DWMY]$/.test(text),
  CS: (text) => /^[A-Z0-9 _]{0,16}$/.test(text),
  DA: (text) => /^\d{8}$/.test(text),
  DS: (text) => text.length <= 16 && Number.isFinite(Number(text)),
  DT: (text) => /^[\d.+-]{4,26}$/.test(text),
  IS: (text) => /^[+-]?\d{1,11}$/.test(text),
  PN: (text) => text.split('=').length <= 3 && text.split('=').every((group) => group.length <= 64),
  TM: (text) => /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/.test(text),
  UI: isUid,
};

const TEXT_VRS = new Set(['LO', 'LT', 'SH', 'ST', 'UC', 'UR', 'UT', ...Object.keys(FORMS)]);
const SHORT_VRS = new Set(['US', 'SS']);

/**
 * Patient and study attributes (DICOM JSON, PS3.18 annex F) made ready to be encoded, values verbatim. Attributes
 * without value are left out, as is what holds bulk data or a VR no such attribute has.
 */
export function copiedStudyContext(context: DicomJson): CopiedContext {
  const malformedTags: string[] = [];
  return { dataSet: copy(context, malformedTags), malformedTags };
}

function copy(json: DicomJson, malformedTags: string[]): DataSetToEncode {
  const result: Record<string, { vr: string; Value: readonly unknown[] }> = {};
  for (const [tag, element] of Object.entries(json)) {
    const values = element.Value ?? [];
    if (values.length === 0) continue;
    if (element.vr === 'SQ') {
      const items = values.filter((item) => typeof item === 'object' && item !== null);
      result[tag] = { vr: 'SQ', Value: items.map((item) => copy(item as DicomJson, malformedTags)) };
    } else if (TEXT_VRS.has(element.vr)) {
      const texts = values.map((value) => asText(value, element));
      const wellFormed = texts.every((text) => text === '' || (FORMS[element.vr]?.(text) ?? true));
      if (!wellFormed) malformedTags.push(tag);
      if (texts.some((text) => text !== '')) result[tag] = { vr: element.vr, Value: wellFormed ? texts : [] };
    } else if (SHORT_VRS.has(element.vr)) {
      result[tag] = { vr: element.vr, Value: values };
    }
  }
  return result;
}

/** One value as Part 10 text: names with their three groups (PS3.5 6.2.1), numbers as IS or DS. */
function asText(value: unknown, { vr }: DicomJsonElement): string {
  if (typeof value === 'number') return vr === 'DS' ? decimalString(value) : String(value);
  if (typeof value === 'string') return value;
  if (vr !== 'PN' || typeof value !== 'object' || value === null) return '';
  const { Alphabetic, Ideographic, Phonetic } = value as Readonly<Record<string, unknown>>;
  const groups = [Alphabetic, Ideographic, Phonetic].map((group) => (typeof group === 'string' ? group : ''));
  return groups.join('=').replace(/(?<!=)=+$/, '');
}
