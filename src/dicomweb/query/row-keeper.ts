import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { textValue, textValues } from '../../dicom/json/dicom-json-values.ts';
import { type AnyUid, unpaddedUid } from '../../domain/uid.ts';

/** What tells rows apart: the UID they are of, and what rows of one UID may differ in. */
export interface RowKeys {
  readonly uidTag: string;
  readonly uidName: string;
  readonly variantTags: readonly string[];
}

/** Keeps the rows of a query by their UID, each once. @param onFirst told of the first row of every UID */
export function rowKeeper<Uid extends AnyUid>(
  { uidTag, variantTags }: RowKeys,
  onFirst: (uid: Uid, row: DicomJson) => void = () => undefined,
) {
  const rows = new Map<Uid, Map<string, DicomJson>>();
  // Whole rows, as the same one may come with several pages.
  const [unusable, nameless] = [new Set<string>(), new Set<string>()];
  return {
    rows,
    unusable,
    nameless,
    /** False when the same row was there before. */
    keep(row: DicomJson): boolean {
      const text = textValue(row, uidTag);
      if (text === null) return isNew(nameless, JSON.stringify(row));
      const uid = unpaddedUid<Uid>(text);
      if (uid === null) return isNew(unusable, text);
      const variants = rows.get(uid) ?? new Map<string, DicomJson>();
      const before = variants.size;
      variants.set(JSON.stringify(variantTags.map((tag) => textValues(row, tag))), row);
      rows.set(uid, variants);
      if (before === 0) onFirst(uid, row);
      return variants.size > before;
    },
  };
}

function isNew(known: Set<string>, text: string): boolean {
  const before = known.size;
  return known.add(text).size > before;
}
