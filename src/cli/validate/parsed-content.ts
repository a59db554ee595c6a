import { items, type ParsedObject, text } from '../../results/parsed-object.ts';
import type { Code } from '../../sr/tree/coded-concepts.ts';

/** Content items below an item whose concept name is this code, whatever its meaning says. */
export function childrenNamed(item: ParsedObject, name: Code): readonly ParsedObject[] {
  return items(item, 'ContentSequence').filter((child) =>
    isCode(items(child, 'ConceptNameCodeSequence')[0], name),
  );
}

export function childNamed(item: ParsedObject, name: Code): ParsedObject | undefined {
  return childrenNamed(item, name)[0];
}

/** Whether a CODE item holds this code. */
export function hasCode(item: ParsedObject, code: Code): boolean {
  return isCode(items(item, 'ConceptCodeSequence')[0], code);
}

function isCode(dataSet: ParsedObject | undefined, code: Code): boolean {
  return (
    dataSet !== undefined &&
    text(dataSet, 'CodeValue') === code.value &&
    text(dataSet, 'CodingSchemeDesignator') === code.scheme
  );
}
