import { describe, expect, it } from 'vitest';
import { decodeChain } from './decode-chain.ts';
import { findPeaks, type Peak } from './find-peaks.ts';
import { numberingMargin, upperMargin } from './numbering-margin.ts';
import { peakBehind } from './peak-behind.ts';

const SIZE = 60;

function mapWith(...blobs: readonly { column: number; row: number; height: number }[]): Float32Array {
  const map = new Float32Array(SIZE * SIZE);
  for (const { column, row, height } of blobs) {
    for (let r = 0; r < SIZE; r++) {
      for (let c = 0; c < SIZE; c++) {
        const value = height * Math.exp(-((c - column) ** 2 + (r - row) ** 2) / 8);
        map[r * SIZE + c] = Math.max(map[r * SIZE + c]!, value);
      }
    }
  }
  return map;
}

describe('findPeaks', () => {
  it('finds each blob once, the higher first, to a fraction of a pixel', () => {
    const peaks = findPeaks(
      mapWith({ column: 20.3, row: 30.6, height: 0.9 }, { column: 45, row: 10, height: 0.4 }),
      SIZE,
      SIZE,
    );
    expect(peaks).toHaveLength(2);
    expect(peaks[0]!.column).toBeCloseTo(20.3, 0);
    expect(peaks[0]!.row).toBeCloseTo(30.6, 0);
    expect(peaks[1]!.score).toBeCloseTo(0.4, 2);
  });

  it('finds nothing in an empty map', () => {
    expect(findPeaks(new Float32Array(SIZE * SIZE), SIZE, SIZE)).toEqual([]);
  });
});

describe('decodeChain', () => {
  const peak = (row: number, score: number, column = 20): Peak => ({ column, row, score });

  it('prefers a chain of plausible distances to the highest single peaks', () => {
    // The middle landmark's highest peak repeats the lower one's place: the second highest fits.
    const chain = decodeChain([[peak(5, 0.9)], [peak(39, 0.95), peak(22, 0.7)], [peak(40, 0.9)]], 2);
    expect(chain.map((p) => p?.row)).toEqual([5, 22, 40]);
  });

  it('leaves landmarks beyond the ends of the picture out', () => {
    const chain = decodeChain([[], [peak(22, 0.7)], [peak(40, 0.9)], []], 2);
    expect(chain.map((p) => p?.row ?? null)).toEqual([null, 22, 40, null]);
  });

  it('never runs downward', () => {
    const chain = decodeChain([[peak(40, 0.9)], [peak(22, 0.8)]], 2);
    expect(chain.filter((p) => p !== null)).toHaveLength(1);
  });
});

describe('peakBehind', () => {
  const at = (column: number, row: number, score: number): Peak => ({ column, row, score });
  const discs = [at(20, 5, 1), at(20, 22, 1), at(24, 40, 1)];

  it("takes the canal at the disc's own height, though a neighbour's responds more", () => {
    expect(peakBehind(discs, 1, [at(33, 6, 0.9), at(33, 21, 0.4)], 2)?.row).toBe(21);
  });

  it('follows a slanting spine', () => {
    // At the lowest disc the spine runs back as it goes down: across it means up and back.
    const sacral = [at(20, 10, 1), at(32, 24, 1), at(44, 38, 1)];
    expect(peakBehind(sacral, 1, [at(41, 17, 0.5)], 2)?.row).toBe(17);
  });

  it('finds nothing in front of the disc, or where the disc is absent', () => {
    expect(peakBehind(discs, 1, [at(8, 22, 0.9)], 2)).toBeNull();
    expect(peakBehind([null, at(20, 22, 1)], 0, [at(33, 6, 0.9)], 2)).toBeNull();
  });
});

describe('numberingMargin', () => {
  const rows = [10, 25, 40];
  const mapsOf = (own: number, neighbours: number) =>
    rows.map((_, k) =>
      mapWith(
        ...rows.map((row, j) => ({
          column: 20,
          row,
          height: j === k ? own : Math.abs(j - k) === 1 ? neighbours : 0,
        })),
      ),
    );
  const chain = rows.map((row): Peak => ({ column: 20, row, score: 0.8 }));

  it('is large where each map knows its own disc alone', () => {
    expect(numberingMargin(chain, mapsOf(0.8, 0), SIZE, SIZE)).toBeCloseTo(Math.log(0.8 / 0.05), 2);
  });

  it("is about 0 where the neighbours' maps say the same", () => {
    expect(numberingMargin(chain, mapsOf(0.8, 0.8), SIZE, SIZE)).toBeCloseTo(0, 2);
    expect(numberingMargin(chain, mapsOf(0.8, 0.4), SIZE, SIZE)).toBeCloseTo(Math.log(2), 2);
  });

  it('is the lesser of one level up and one level down', () => {
    const maps = mapsOf(0.8, 0);
    // The map above explains the two lower discs as well.
    const shifted = [maps[1]!, maps[1]!, maps[2]!].map((map, k) =>
      k === 0 ? mapWith({ column: 20, row: 25, height: 0.8 }) : map,
    );
    expect(numberingMargin(chain, shifted, SIZE, SIZE)).toBeLessThan(
      numberingMargin(chain, maps, SIZE, SIZE)!,
    );
    expect(numberingMargin([null, null], maps, SIZE, SIZE)).toBeNull();
  });

  it('of the upper half counts the maps below alone, and the lower discs not at all', () => {
    const [upper, middle, lower] = mapsOf(0.8, 0);
    const both = (own: number, other: number) =>
      mapWith({ column: 20, row: own, height: 0.8 }, { column: 20, row: other, height: 0.8 });
    const told = (...maps: readonly Float32Array[]) => upperMargin(chain, maps, SIZE, SIZE)!;
    const sure = Math.log(0.8 / 0.05);
    expect(told(upper!, middle!, lower!)).toBeCloseTo(sure, 2);
    // The upper disc is in the map below its own; then the lower two in the maps above theirs.
    expect(told(upper!, both(25, 10), lower!)).toBeCloseTo(sure / 2, 2);
    expect(told(both(10, 25), both(25, 40), lower!)).toBeCloseTo(sure, 2);
    expect(upperMargin([null, null, chain[2]!], [upper!, middle!, lower!], SIZE, SIZE)).toBeNull();
  });
});
