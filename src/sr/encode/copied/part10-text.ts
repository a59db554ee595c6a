import { decimalString } from '../decimal-string.ts';
import { isRecord } from './is-record.ts';

/** One value as Part 10 text: names with their three groups (PS3.5 6.2.1), numbers as IS or DS; null when it is none. */
export function part10Text(value: unknown, vr: string): string | null {
  if (typeof value === 'number')
    return vr === 'DS' && Math.abs(value) < 1e308 ? decimalString(value) : String(value);
  if (typeof value === 'string') return value;
  if (vr !== 'PN' || !isRecord(value)) return null;
  const groups = [value['Alphabetic'], value['Ideographic'], value['Phonetic']].map((group) => group ?? '');
  // An equals sign within a group would make another one of what follows.
  if (!groups.every((group): group is string => typeof group === 'string' && !group.includes('=')))
    return null;
  return groups.join('=').replace(/(?<!=)=+$/, '');
}
