import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ImportError } from './import-error.ts';

/** A study of the challenge and where it lies. */
export interface SourceStudy {
  readonly studyId: string;
  readonly folder: string;
}

/** The folder itself when it is one study, the studies in it or in its train_images otherwise. */
export async function findStudies(folder: string): Promise<readonly SourceStudy[]> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw new ImportError(`${folder} is not a folder`);
  if (await isStudy(folder)) return [{ studyId: basename(folder), folder }];
  for (const parent of [folder, join(folder, 'train_images')]) {
    const studies: SourceStudy[] = [];
    for (const studyId of await subfolders(parent)) {
      if (await isStudy(join(parent, studyId))) studies.push({ studyId, folder: join(parent, studyId) });
    }
    if (studies.length > 0) return studies;
  }
  throw new ImportError(
    `${folder} is not laid out as <study>/<series>/<instance>.dcm with numbers for names`,
  );
}

async function isStudy(folder: string): Promise<boolean> {
  if (!isNumber(basename(folder))) return false;
  for (const series of await subfolders(folder)) {
    if ((await imageFiles(join(folder, series))).length > 0) return true;
  }
  return false;
}

/** Folders named by a number, in numeric order; none when the folder is not there. */
export async function subfolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return numerically(
    entries.filter((entry) => entry.isDirectory() && isNumber(entry.name)).map((entry) => entry.name),
  );
}

/** Names of the images in a folder, `<number>.dcm`, in numeric order. */
export async function imageFiles(folder: string): Promise<readonly string[]> {
  return numerically((await readdir(folder)).filter((name) => /^\d+\.dcm$/.test(name)));
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}

function numerically(names: readonly string[]): readonly string[] {
  return [...names].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}
