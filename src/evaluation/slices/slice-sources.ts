import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { axialSources } from './axial-slices.ts';
import { sagittalPictures, sagittalSources } from './sagittal-slices.ts';
import { foldOf, type SliceSource } from './slice-source.ts';
import { readSliceTable } from './slice-table.ts';

/**
 * The labelled slices that `findings.csv` in a folder names.
 * @param each what is read at a time: all labelled slices of a study on sagittal T1, or one.
 * @param folds parts that a study may fall to (see foldOf); null for all.
 * @throws CsvError when the table is malformed; Error (with `syscall`) when it cannot be read.
 */
export async function sliceSources(
  folder: string,
  folds: readonly number[] | null,
  each: 'study' | 'slice',
): Promise<readonly SliceSource[]> {
  const file = join(folder, 'findings.csv');
  const table = readSliceTable(await readFile(file, 'utf8'), file);
  if (table.kind === 'axial-t2') return within(axialSources(folder, table.labels), folds);
  const sources = each === 'study' ? sagittalSources : sagittalPictures;
  return within(sources(folder, table.labels), folds);
}

function within(sources: readonly SliceSource[], folds: readonly number[] | null): readonly SliceSource[] {
  return folds === null ? sources : sources.filter(({ studyId }) => folds.includes(foldOf(studyId)));
}
