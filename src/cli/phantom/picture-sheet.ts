import { greyPng } from '../../pixels/grey-png.ts';
import { TILE, type Tile } from './picture-tile.ts';

const GAP = 4;

/** Rows of tiles with gaps between them, as a PNG. */
export function pictureSheet(rows: readonly (readonly Tile[])[]): Uint8Array {
  const width = rows[0]!.length * (TILE + GAP) - GAP;
  const height = rows.length * (TILE + GAP) - GAP;
  const values = new Float32Array(width * height).fill(1);
  rows.forEach((tiles, r) => {
    tiles.forEach((tile, c) => {
      for (let row = 0; row < TILE; row++) {
        const line = tile.values.subarray(row * TILE, (row + 1) * TILE);
        values.set(line, (r * (TILE + GAP) + row) * width + c * (TILE + GAP));
      }
    });
  });
  return greyPng(values, width, height);
}
