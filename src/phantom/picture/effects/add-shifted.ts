/** `image` shifted by a fraction of pixels and added to `into`, scaled. */
export function addShifted(
  image: Float32Array,
  into: Float32Array,
  rows: number,
  columns: number,
  alongRow: number,
  alongColumn: number,
  share: number,
): void {
  const [c0, r0] = [Math.floor(alongRow), Math.floor(alongColumn)];
  const [fc, fr] = [alongRow - c0, alongColumn - r0];
  const wrap = (i: number, size: number) => (i < 0 ? 0 : i >= size ? size - 1 : i);
  const lefts = Int32Array.from({ length: columns }, (_, column) => wrap(column - c0, columns));
  const rights = Int32Array.from({ length: columns }, (_, column) => wrap(column - c0 - 1, columns));
  for (let row = 0, i = 0; row < rows; row++) {
    const a = wrap(row - r0, rows) * columns;
    const b = wrap(row - r0 - 1, rows) * columns;
    for (let column = 0; column < columns; column++, i++) {
      const left = lefts[column]!;
      const right = rights[column]!;
      const upper = image[a + left]! * (1 - fc) + image[a + right]! * fc;
      const lower = fr === 0 ? upper : image[b + left]! * (1 - fc) + image[b + right]! * fc;
      into[i]! += share * (upper * (1 - fr) + lower * fr);
    }
  }
}
