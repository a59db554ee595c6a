/**
 * The inverse cosine transform of an 8 × 8 block in integers, after Loeffler, Ligtenberg, Moschytz, "Practical fast
 * 1-D DCT algorithms with 11 multiplications", ICASSP 1989. JPEG leaves the rounding open (ITU-T T.81 A.3.3); this is
 * the one of the "islow" transform of the Independent JPEG Group's library, which DICOM toolkits decode with, so
 * that pixels come out equal to theirs: constants of 13 bits, 2 further bits kept between the passes for samples
 * of 8 bits, 1 for 12.
 */

const CONSTANT_BITS = 13;
/** The constants of the flow graph, in 1/8192. */
const [C0_298, C0_390, C0_541, C0_765, C0_899, C1_175] = [2446, 3196, 4433, 6270, 7373, 9633];
const [C1_501, C1_847, C1_961, C2_053, C2_562, C3_072] = [12299, 15137, 16069, 16819, 20995, 25172];

/**
 * @param block 64 dequantised coefficients in natural order, replaced by 64 samples around zero.
 * @param precision bits a sample, 8 or 12.
 */
export function inverseDct(block: Int32Array, precision: number): void {
  const keptBits = precision === 8 ? 2 : 1;
  for (let column = 0; column < 8; column++) pass(block, column, 8, CONSTANT_BITS - keptBits);
  // The two passes together scale by 8.
  for (let row = 0; row < 64; row += 8) pass(block, row, 1, CONSTANT_BITS + keptBits + 3);
}

/** One transform of eight values, `step` apart, rounded by `shift` bits. */
function pass(block: Int32Array, at: number, step: number, shift: number): void {
  const half = 1 << (shift - 1);
  // Even part.
  const [x0, x4] = [block[at]!, block[at + 4 * step]!];
  const [x2, x6] = [block[at + 2 * step]!, block[at + 6 * step]!];
  const turned = (x2 + x6) * C0_541;
  const low = turned - x6 * C1_847;
  const high = turned + x2 * C0_765;
  const sum = (x0 + x4) * (1 << CONSTANT_BITS) + half;
  const difference = (x0 - x4) * (1 << CONSTANT_BITS) + half;
  const [e0, e1, e2, e3] = [sum + high, difference + low, difference - low, sum - high];
  // Odd part.
  const [x1, x3] = [block[at + step]!, block[at + 3 * step]!];
  const [x5, x7] = [block[at + 5 * step]!, block[at + 7 * step]!];
  const shared = (x7 + x3 + x5 + x1) * C1_175;
  const z1 = (x7 + x1) * -C0_899;
  const z2 = (x5 + x3) * -C2_562;
  const z3 = (x7 + x3) * -C1_961 + shared;
  const z4 = (x5 + x1) * -C0_390 + shared;
  const o3 = x7 * C0_298 + z1 + z3;
  const o2 = x5 * C2_053 + z2 + z4;
  const o1 = x3 * C3_072 + z2 + z3;
  const o0 = x1 * C1_501 + z1 + z4;
  block[at] = (e0 + o0) >> shift;
  block[at + step] = (e1 + o1) >> shift;
  block[at + 2 * step] = (e2 + o2) >> shift;
  block[at + 3 * step] = (e3 + o3) >> shift;
  block[at + 4 * step] = (e3 - o3) >> shift;
  block[at + 5 * step] = (e2 - o2) >> shift;
  block[at + 6 * step] = (e1 - o1) >> shift;
  block[at + 7 * step] = (e0 - o0) >> shift;
}
