import dcmjs, { type DcmjsDict } from 'dcmjs';
import type { Code } from './coded-concepts.ts';
import { type Keyword, tagOf } from './data-set.ts';

// dcmjs logs attribute values, which are patient data.
dcmjs.log.setLevel('silent', false);

/** The data set of a Part 10 object. @throws TypeError when it cannot be read. */
export function parseDataSet(bytes: Uint8Array): DcmjsDict {
  try {
    return dcmjs.data.DicomMessage.readFile(new Uint8Array(bytes).buffer).dict;
  } catch {
    // dcmjs's own message may quote the object.
    throw new TypeError('not a readable DICOM object');
  }
}

/** Items of a sequence, none when it is absent. */
export function items(dataSet: DcmjsDict, keyword: Keyword): readonly DcmjsDict[] {
  return (dataSet[tagOf(keyword)]?.Value ?? []) as readonly DcmjsDict[];
}

/** The first value as text, '' when there is none. */
export function text(dataSet: DcmjsDict, keyword: Keyword): string {
  return String(dataSet[tagOf(keyword)]?.Value[0] ?? '');
}

export function numbers(dataSet: DcmjsDict, keyword: Keyword): readonly number[] {
  return (dataSet[tagOf(keyword)]?.Value ?? []).map(Number);
}

/** Content items below an item whose concept name is this code, whatever its meaning says. */
export function childrenNamed(item: DcmjsDict, name: Code): readonly DcmjsDict[] {
  return items(item, 'ContentSequence').filter((child) =>
    isCode(items(child, 'ConceptNameCodeSequence')[0], name),
  );
}

export function childNamed(item: DcmjsDict, name: Code): DcmjsDict | undefined {
  return childrenNamed(item, name)[0];
}

/** Whether a CODE item holds this code. */
export function hasCode(item: DcmjsDict, code: Code): boolean {
  return isCode(items(item, 'ConceptCodeSequence')[0], code);
}

function isCode(dataSet: DcmjsDict | undefined, code: Code): boolean {
  return (
    dataSet !== undefined &&
    text(dataSet, 'CodeValue') === code.value &&
    text(dataSet, 'CodingSchemeDesignator') === code.scheme
  );
}
