import { dataDictionary } from '../load-dcmjs.ts';

/** Where PS3.6 leaves a choice, the one that the attributes read here have. */
const CHOICES: Readonly<Record<string, string>> = { xs: 'US', ox: 'OW' };

let vrOfTag: ReadonlyMap<string, string> | null = null;

/**
 * The VR that the data dictionary gives an attribute (PS3.6 chapter 6).
 * @param tag eight upper-case hex digits.
 * @returns null for private attributes and those it does not know.
 */
export function dictionaryVr(tag: string): string | null {
  vrOfTag ??= new Map(
    Object.values(dataDictionary()).flatMap((entry) => {
      const digits = entry?.tag.replace(/[(),]/g, '').toUpperCase() ?? '';
      const vr = CHOICES[entry?.vr ?? ''] ?? entry?.vr ?? '';
      return digits.length === 8 && /^[A-Z]{2}$/.test(vr) ? [[digits, vr] as const] : [];
    }),
  );
  return vrOfTag.get(tag) ?? null;
}
