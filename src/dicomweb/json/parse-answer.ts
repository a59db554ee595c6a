import { mebibytes } from '../../domain/mebibytes.ts';
import { ArchiveError } from '../archive.ts';
import { jsonWeight } from './json-weight.ts';

/** Memory for each character of an answer. Metadata of images take three to six times their size (measured). */
const MOST_BYTES_A_CHARACTER = 8;
/** Shorter answers are not weighed. */
const SHORT = 16 * 1024;

/**
 * What an answer of the archive says; undefined where it is no JSON, whose errors would quote patient data.
 * @throws ArchiveError (tooLarge) where it would take far more memory than its size, as no metadata do.
 */
export function parseAnswer(call: string, text: string): unknown {
  if (text.length > SHORT) {
    const weight = jsonWeight(text);
    if (weight > MOST_BYTES_A_CHARACTER * text.length) {
      throw new ArchiveError(
        `${call}: the answer would take ${mebibytes(weight)} of memory, over ${MOST_BYTES_A_CHARACTER} times its size`,
        { retryable: false, tooLarge: true },
      );
    }
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
