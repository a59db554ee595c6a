/**
 * Distance of every pixel to the nearest that is set, in pixels, row-major (Felzenszwalb and Huttenlocher, Theory of
 * Computing 2012: squared distances along rows, then along columns, as lower envelopes of parabolas). Infinite where none
 * is set.
 */
export function distanceMap(set: Uint8Array, rows: number, columns: number): Float64Array {
  const squared = Float64Array.from(set, (there) => (there ? 0 : Number.POSITIVE_INFINITY));
  const line = new Float64Array(Math.max(rows, columns));
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) line[row] = squared[row * columns + column]!;
    const least = envelope(line.subarray(0, rows));
    for (let row = 0; row < rows; row++) squared[row * columns + column] = least[row]!;
  }
  for (let row = 0; row < rows; row++) {
    squared.set(envelope(squared.slice(row * columns, (row + 1) * columns)), row * columns);
  }
  return squared.map(Math.sqrt);
}

/** min over q of values[q] + (p − q)², for every p. */
function envelope(values: Float64Array): Float64Array {
  const n = values.length;
  const roots = new Int32Array(n);
  const bounds = new Float64Array(n + 1);
  let last = -1;
  for (let q = 0; q < n; q++) {
    if (values[q] === Number.POSITIVE_INFINITY) continue;
    let from = Number.NEGATIVE_INFINITY;
    while (last >= 0) {
      const r = roots[last]!;
      from = (values[q]! + q * q - values[r]! - r * r) / (2 * (q - r));
      if (from > bounds[last]!) break;
      last--;
      from = Number.NEGATIVE_INFINITY;
    }
    last++;
    roots[last] = q;
    bounds[last] = from;
    bounds[last + 1] = Number.POSITIVE_INFINITY;
  }
  const least = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  for (let p = 0, k = 0; last >= 0 && p < n; p++) {
    while (bounds[k + 1]! < p) k++;
    const r = roots[k]!;
    least[p] = values[r]! + (p - r) ** 2;
  }
  return least;
}
