import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A study and where it lies. */
export interface StudyFolder {
  readonly studyId: string;
  readonly folder: string;
}

/**
 * The studies of a folder in the challenge's layout, `<study>/<series>/<instance>.dcm`, in it or in its
 * train_images, in numeric order.
 * @throws Error (with `syscall`) when the folder cannot be read.
 */
export async function findStudyFolders(root: string): Promise<readonly StudyFolder[]> {
  const names = await subfolders(root);
  const parent = names.includes('train_images') ? join(root, 'train_images') : root;
  const studies = parent === root ? names : await subfolders(parent);
  return studies.map((studyId) => ({ studyId, folder: join(parent, studyId) }));
}

/** Names of the folders in a folder, hidden ones left out, in numeric order. */
export async function subfolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort(numerically);
}

/** Orders names by the numbers in them: 2 before 10. */
export const numerically = new Intl.Collator('en', { numeric: true }).compare;
