/**
 * The value that would stand at index `n` were the values sorted, found without sorting them all (Hoare's quickselect,
 * Communications of the ACM 1961;4:321). The values change places.
 * @param values at least n + 1, none of them NaN.
 */
export function nthSmallest(values: Float32Array, n: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const swapped = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swapped;
    }
    if (n <= j) right = j;
    else if (n >= i) left = i;
    else break;
  }
  return values[n]!;
}
