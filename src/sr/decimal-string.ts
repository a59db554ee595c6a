/** DS holds at most this many characters (PS3.5 table 6.2-1). */
const MAX_CHARACTERS = 16;

/**
 * The number as a DS value: exact where 16 characters allow it, else rounded to the most digits that fit.
 * @throws RangeError when the number is not finite.
 */
export function decimalString(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError('a decimal string needs a finite number');
  let text = String(value);
  for (let digits = 16; text.length > MAX_CHARACTERS; digits -= 1)
    text = String(Number(value.toPrecision(digits)));
  return text;
}
