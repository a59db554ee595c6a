/** DS holds at most this many characters (PS3.5 table 6.2-1). */
const MAX_CHARACTERS = 16;

/**
 * The number as a DS value: exact where 16 characters allow it, else rounded to the most digits that fit.
 * @throws RangeError when the number is not finite, or of magnitude 1e308 and more.
 */
export function decimalString(value: number): string {
  if (!(Math.abs(value) < 1e308)) throw new RangeError('a decimal string needs a finite number under 1e308');
  const exact = String(value);
  if (exact.length <= MAX_CHARACTERS) return exact;
  for (let digits = 16; ; digits -= 1) {
    const rounded = Number(value.toPrecision(digits));
    // Fixed notation of a large rounded number can be longer than its exponent.
    const text = [String(rounded), rounded.toExponential()].find(({ length }) => length <= MAX_CHARACTERS);
    if (text !== undefined) return text;
  }
}
