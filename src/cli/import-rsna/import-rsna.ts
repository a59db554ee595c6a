import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findStudies } from './find-studies.ts';
import { ImportError } from './import-error.ts';
import { type ImportedStudy, importStudy } from './import-study.ts';
import { readDescriptions } from './read-descriptions.ts';

/** The content of import.json. */
export interface ImportSummary {
  readonly studies: readonly ImportedStudy[];
}

/**
 * Rewrites every study under a folder into outFolder, one file an image, and writes import.json beside them.
 * UIDs are derived from the challenge's numbers, so that a second run writes the same bytes. All series of a study
 * get one frame of reference: the challenge's de-identification gave each its own, but left the coordinates shared.
 * @throws ImportError naming the folder when it is not in the challenge's layout or would be overwritten, the file
 *   when it is no readable image.
 */
export async function importRsna(
  inFolder: string,
  outFolder: string,
  options: { readonly studyDate?: string } = {},
): Promise<ImportSummary> {
  const studyDate = options.studyDate ?? '20240101';
  if (!isDate(studyDate)) throw new ImportError('the study date is not a date of the form YYYYMMDD');
  const sources = await findStudies(resolve(inFolder));
  for (const { studyId, folder } of sources) {
    if (resolve(outFolder, studyId) === folder) throw new ImportError(`${folder} would be overwritten`);
  }
  const descriptions = await readDescriptions(resolve(inFolder));
  const studies: ImportedStudy[] = [];
  for (const source of sources) {
    studies.push(await importStudy(source, outFolder, studyDate, descriptions));
  }
  const summary: ImportSummary = { studies };
  await writeFile(join(outFolder, 'import.json'), `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

/** DA (PS3.5 6.2), a day of the calendar. */
function isDate(text: string): boolean {
  const iso = text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  const date = new Date(`${iso}T00:00:00Z`);
  return iso !== text && !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(iso);
}
