import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LABEL, NOT_DRAWN, UNTOLD } from '../../domain/structure.ts';
import { connectedParts, type Part } from '../../measure/connected-parts.ts';
import { joinedPieces } from '../../measure/joined-pieces.ts';
import type { Slice, SlicePlane } from '../../volume/volume.ts';
import { inventedSlice } from '../slices/invented-slice.ts';
import { type Picture, readPicture } from '../slices/read-picture.ts';
import { foldOf, SliceError } from '../slices/slice-source.ts';
import { distanceMap } from './distance-map.ts';

import { mmPerPixel } from './mask-scale.ts';

/** A slice with what somebody drew on it. */
export interface MaskedSlice {
  readonly name: string;
  readonly slice: Slice;
  /** Labels (LABEL, NOT_DRAWN, UNTOLD) of its pixels, row-major. */
  readonly labels: Uint8Array;
  /** Discs on it, the lowest first. */
  readonly discs: readonly Part[];
}

/** The masked sagittal slices of one patient, read when it is their turn. */
export interface MaskedCase {
  readonly caseId: string;
  /** @throws SliceError when a picture or mask cannot be used. */
  readonly open: () => Promise<readonly MaskedSlice[]>;
}

/** Between neighbouring slices of a case; nothing is measured across slices. */
const BETWEEN_SLICES_MM = 0.9;
/** Smaller pieces are no disc, in pixels and as a share of the largest on the slice. */
const LEAST_DISC = { pixels: 200, share: 0.2 };
/** No epidural space reaches farther from the dura, mm. */
const EPIDURAL_MM = 12;
/** Values of a mask file: nothing, disc, vertebra, and what is drawn as canal, which ends at the dura. */
const LABELS_OF_VALUES = [NOT_DRAWN, LABEL.disc, LABEL.vertebra, LABEL.sac];

const NAMED = /^(.+)-(\d+)\.png$/;

/**
 * The cases of a folder with images/<case>-<slice>.webp and masks/<case>-<slice>.png, of values 0 nothing, 1 disc,
 * 2 vertebra, 3 spinal canal (SPIDER: van der Graaf et al., Scientific Data 2024;11:264). The sacrum is not drawn there:
 * what lies beyond the lowest disc and has no label is UNTOLD.
 * @param folds parts that a case may fall to (see foldOf); null for all.
 * @throws Error (with `syscall`) when the folder cannot be read.
 */
export async function maskedCases(
  folder: string,
  folds: readonly number[] | null,
): Promise<readonly MaskedCase[]> {
  const files = (await readdir(join(folder, 'masks'))).filter((file) => NAMED.test(file)).sort();
  const cases = Map.groupBy(files, (file) => NAMED.exec(file)![1]!);
  return Array.from(cases, ([caseId, own]) => ({ caseId, open: () => opened(folder, own) })).filter(
    ({ caseId }) => folds === null || folds.includes(foldOf(caseId)),
  );
}

async function opened(folder: string, files: readonly string[]): Promise<readonly MaskedSlice[]> {
  const read: { name: string; picture: Picture; labels: Uint8Array; discs: readonly Part[] }[] = [];
  for (const file of files) {
    const name = file.replace(/\.png$/, '');
    const mask = await readPicture(join(folder, 'masks', file));
    const picture = await readPicture(join(folder, 'images', `${name}.webp`));
    if (mask.rows !== picture.rows || mask.columns !== picture.columns) {
      throw new SliceError(`${join(folder, 'masks', file)}: is not of the size of its image`);
    }
    const labels = Uint8Array.from(mask.values, (value) => {
      const label = LABELS_OF_VALUES[value];
      if (label !== undefined) return label;
      throw new SliceError(`${join(folder, 'masks', file)}: holds the value ${value}, not 0, 1, 2 or 3`);
    });
    const discs = discsOf(labels, mask);
    forgetSacrum(labels, mask, discs[0]);
    read.push({ name, picture, labels, discs });
  }
  const pixelMm = mmPerPixel(read.map(({ discs }) => discs));
  if (pixelMm === null) {
    throw new SliceError(`${join(folder, 'masks', files[0]!)}: no slice of its case shows two discs`);
  }
  for (const { labels, picture } of read) endEpidural(labels, picture, EPIDURAL_MM / pixelMm);
  return read.map(({ name, picture, labels, discs }, i) => {
    const plane: SlicePlane = {
      originMm: [(i - (read.length - 1) / 2) * BETWEEN_SLICES_MM, 0, 0],
      rowDirection: [0, 1, 0],
      columnDirection: [0, 0, -1],
      rowSpacingMm: pixelMm,
      columnSpacingMm: pixelMm,
      rows: picture.rows,
      columns: picture.columns,
    };
    return { name, slice: inventedSlice(name, plane, picture.values), labels, discs };
  });
}

function discsOf(labels: Uint8Array, { rows, columns }: Picture): readonly Part[] {
  const parts = joinedPieces(connectedParts(labels, rows, columns, LABEL.disc), columns);
  const largest = Math.max(0, ...parts.map(({ members }) => members.length));
  const least = Math.max(LEAST_DISC.pixels, LEAST_DISC.share * largest);
  return parts.filter(({ members }) => members.length >= least).sort((a, b) => b.row - a.row);
}

/**
 * What is farther from the sac than any epidural space is nothing, not one or the other: a network that saw masks alone would
 * be free to call all of it epidural. A slice beside the sac tells nothing of that.
 */
function endEpidural(labels: Uint8Array, { rows, columns }: Picture, reach: number): void {
  const sac = labels.map((label) => (label === LABEL.sac ? 1 : 0));
  if (!sac.includes(1)) return;
  const away = distanceMap(sac, rows, columns);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === NOT_DRAWN && away[i]! > reach) labels[i] = LABEL.none;
  }
}

/** Beyond the middle line of the lowest disc nothing is known where nothing was drawn. */
function forgetSacrum(labels: Uint8Array, { rows, columns }: Picture, lowest: Part | undefined): void {
  if (lowest === undefined) return;
  const [ax, ay] = lowest.along;
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      const beyond = ax * (row - lowest.row) - ay * (column - lowest.column) > 0;
      if (beyond && labels[i] === NOT_DRAWN) labels[i] = UNTOLD;
    }
  }
}
