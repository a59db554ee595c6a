/** Parts that a patch is divided into each way. */
const PARTS = 4;
/** Keeps the logarithm of nothing finite. */
const LEAST = 1e-4;
/** Means of its parts, and its texture. */
export const TRAITS = PARTS * PARTS + 4;

/**
 * What a patch looks like in few numbers, averaged over its slices: where it is bright (16 means, row by row), its contrast
 * (standard deviation), how fine its structures are across and down (logarithm of the mean absolute difference of
 * neighbours over the contrast), and how much of that its four neighbours do not tell (logarithm of the mean absolute
 * difference to their mean over the differences): noise, and want of sharpness.
 * @param data slices of size × size values in [0, 1], one behind the other.
 */
export function patchTraits(data: Float32Array, slices: number, size: number): readonly number[] {
  const traits = new Float64Array(TRAITS);
  for (let slice = 0; slice < slices; slice++) {
    const own = sliceTraits(data.subarray(slice * size * size, (slice + 1) * size * size), size);
    for (let i = 0; i < TRAITS; i++) traits[i] = traits[i]! + own[i]! / slices;
  }
  return [...traits];
}

/** Sums over a slice, in the order that `addRow` adds to them. */
const SUM = 0;
const SQUARES = 1;
const ACROSS = 2;
const DOWN = 3;
const LEFT = 4;

function sliceTraits(pixels: Float32Array, size: number): Float64Array {
  const traits = new Float64Array(TRAITS);
  const counts = new Uint32Array(PARTS * PARTS);
  const sums = new Float64Array(LEFT + 1);
  for (let y = 0; y < size; y++) addRow(pixels, size, y, traits, counts, sums);
  for (let part = 0; part < PARTS * PARTS; part++) traits[part] = traits[part]! / counts[part]!;
  const count = size * size;
  const spread = Math.sqrt(Math.max(0, sums[SQUARES]! / count - (sums[SUM]! / count) ** 2));
  const meanAcross = sums[ACROSS]! / (size * (size - 1));
  const meanDown = sums[DOWN]! / (size * (size - 1));
  const ratio = (a: number, b: number) => Math.log((a + LEAST) / (b + LEAST));
  const texture = [
    spread,
    ratio(meanAcross, spread),
    ratio(meanDown, spread),
    ratio(sums[LEFT]! / (size - 2) ** 2, meanAcross + meanDown),
  ];
  traits.set(texture, PARTS * PARTS);
  return traits;
}

/** Adds row `y` to the sums. A function of its own, called often, is made fast as a whole. */
function addRow(
  pixels: Float32Array,
  size: number,
  y: number,
  traits: Float64Array,
  counts: Uint32Array,
  sums: Float64Array,
): void {
  let sum = sums[SUM]!;
  let squares = sums[SQUARES]!;
  let across = sums[ACROSS]!;
  let down = sums[DOWN]!;
  let left = sums[LEFT]!;
  const firstPart = Math.floor((y * PARTS) / size) * PARTS;
  for (let x = 0; x < size; x++) {
    const at = y * size + x;
    const value = pixels[at]!;
    const part = firstPart + Math.floor((x * PARTS) / size);
    traits[part] = traits[part]! + value;
    counts[part] = counts[part]! + 1;
    sum += value;
    squares += value * value;
    if (x > 0) across += Math.abs(value - pixels[at - 1]!);
    if (y > 0) down += Math.abs(value - pixels[at - size]!);
    if (x > 0 && y > 0 && x < size - 1 && y < size - 1) {
      const around = (pixels[at - 1]! + pixels[at + 1]! + pixels[at - size]! + pixels[at + size]!) / 4;
      left += Math.abs(value - around);
    }
  }
  sums[SUM] = sum;
  sums[SQUARES] = squares;
  sums[ACROSS] = across;
  sums[DOWN] = down;
  sums[LEFT] = left;
}
