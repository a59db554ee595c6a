/** Three-tap blur along rows and columns; negative weights ring. */
export function blur(image: Float32Array, rows: number, columns: number, side: number): void {
  const middle = 1 - 2 * side;
  for (let row = 0; row < rows; row++) {
    let before = image[row * columns]!;
    for (let i = row * columns; i < (row + 1) * columns - 1; i++) {
      const here = image[i]!;
      image[i] = middle * here + side * (before + image[i + 1]!);
      before = here;
    }
  }
  for (let column = 0; column < columns; column++) {
    let before = image[column]!;
    for (let i = column; i < (rows - 1) * columns; i += columns) {
      const here = image[i]!;
      image[i] = middle * here + side * (before + image[i + columns]!);
      before = here;
    }
  }
}
