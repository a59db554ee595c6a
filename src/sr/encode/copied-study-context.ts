import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import type { DataSetToEncode } from '../../dicom/part10/encode-part10.ts';
import { attributeRule, DEPENDENT } from '../tree/attribute-rules.ts';
import { copiedValues } from './copied/copied-values.ts';
import type { CopyRemark, WrittenElement } from './copied/copy-remark.ts';

export interface CopiedContext {
  readonly dataSet: DataSetToEncode;
  /** Tags of attributes left out because the images' value cannot be written by the rules of the standard. */
  readonly malformedTags: readonly string[];
  /** Tags of attributes left out because a character in their text could not be read. */
  readonly unreadableTags: readonly string[];
  /** Tags of attributes that are written otherwise than they stand in the images. */
  readonly mendedTags: readonly string[];
  /** Tags of attributes that are written although they are longer than allowed. */
  readonly overlongTags: readonly string[];
}

/**
 * Patient and study attributes (DICOM JSON, PS3.18 annex F) made ready to be encoded: values verbatim where PS3.5 6.2
 * and the modules of PS3.3 allow them, mended where that makes nothing else of them, else left out, as are
 * attributes without value.
 */
export function copiedStudyContext(context: DicomJson): CopiedContext {
  const tags: Record<CopyRemark, Set<string>> = {
    malformed: new Set(),
    unreadable: new Set(),
    mended: new Set(),
    overlong: new Set(),
  };
  const dataSet: Record<string, WrittenElement> = {};
  for (const [tag, element] of Object.entries(context)) {
    const values = copiedValues(tag, element, (remark) => tags[remark].add(tag));
    if (values !== null) dataSet[tag] = values;
  }
  for (const tag of settleDependent(dataSet)) tags.malformed.add(tag);
  const isLeft = (tag: string) => !tags.malformed.has(tag) && !tags.unreadable.has(tag);
  return {
    dataSet,
    malformedTags: [...tags.malformed],
    unreadableTags: [...tags.unreadable],
    mendedTags: [...tags.mended].filter(isLeft),
    overlongTags: [...tags.overlong],
  };
}

/**
 * Takes out what the standard allows only beside something else that is not there, and adds, empty, what it requires
 * beside something that is. Returns the tags taken out.
 */
function settleDependent(dataSet: Record<string, WrittenElement>): string[] {
  const leftOut: string[] = [];
  for (const { group, needs, empty } of DEPENDENT) {
    const there = group.filter((member) => dataSet[member] !== undefined);
    if (needs.some((set) => set.every((tag) => dataSet[tag] !== undefined))) {
      for (const tag of there.length > 0 ? empty : [])
        dataSet[tag] ??= { vr: attributeRule(tag)!.vr, Value: [] };
      continue;
    }
    for (const tag of there) delete dataSet[tag];
    leftOut.push(...there);
  }
  return leftOut;
}
