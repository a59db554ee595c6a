import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { deterministicUid } from '../dicom/deterministic-uid.ts';
import { conformRsnaImage, type RsnaImageIdentity } from '../dicom/image/conform-rsna-image.ts';
import { MisuseError, parseOptions, tellFault } from './options/option-values.ts';

const USAGE = `usage: import-rsna FOLDER --out FOLDER [--study-date YYYYMMDD]

Turns studies of the RSNA 2024 Lumbar Spine Degenerative Classification challenge into conforming DICOM.
FOLDER   holds <study>/<series>/<instance>.dcm, or is one such study.
--out    receives <study>/<series>/<instance>.dcm and import.json, which maps the challenge's numbers to UIDs.
`;

const DESCRIPTIONS_FILE = 'train_series_descriptions.csv';

export interface ImportedSeries {
  readonly seriesId: string;
  readonly seriesInstanceUid: string;
  /** The challenge's instance number → SOP Instance UID. */
  readonly instances: Readonly<Record<string, string>>;
}

export interface ImportedStudy {
  readonly studyId: string;
  readonly studyInstanceUid: string;
  readonly frameOfReferenceUid: string;
  readonly series: readonly ImportedSeries[];
}

/** The content of import.json. */
export interface ImportSummary {
  readonly studies: readonly ImportedStudy[];
}

/** A folder or file that is not what the challenge ships, or an impossible option. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

interface SourceStudy {
  readonly studyId: string;
  readonly folder: string;
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

async function importStudy(
  { studyId, folder }: SourceStudy,
  outFolder: string,
  studyDate: string,
  descriptions: ReadonlyMap<string, string>,
): Promise<ImportedStudy> {
  const studyInstanceUid = deterministicUid('rsna-2024', 'study', studyId);
  const frameOfReferenceUid = deterministicUid('rsna-2024', 'frame of reference', studyId);
  const series: ImportedSeries[] = [];
  for (const [index, seriesId] of (await subfolders(folder)).entries()) {
    const seriesInstanceUid = deterministicUid('rsna-2024', 'series', studyId, seriesId);
    const instances: Record<string, string> = {};
    await mkdir(join(outFolder, studyId, seriesId), { recursive: true });
    for (const file of await imageFiles(join(folder, seriesId))) {
      const instance = basename(file, '.dcm');
      const sopInstanceUid = deterministicUid('rsna-2024', 'instance', studyId, seriesId, instance);
      const bytes = await conformFile(join(folder, seriesId, file), {
        studyInstanceUid,
        seriesInstanceUid,
        sopInstanceUid,
        frameOfReferenceUid,
        studyId,
        studyDate,
        seriesNumber: index + 1,
        instanceNumber: Number(instance),
        seriesDescription: descriptions.get(seriesId) ?? null,
      });
      await writeFile(join(outFolder, studyId, seriesId, file), bytes);
      instances[instance] = sopInstanceUid;
    }
    series.push({ seriesId, seriesInstanceUid, instances });
  }
  return { studyId, studyInstanceUid, frameOfReferenceUid, series };
}

async function conformFile(path: string, identity: RsnaImageIdentity): Promise<Uint8Array> {
  try {
    return conformRsnaImage(await readFile(path), identity);
  } catch (cause) {
    throw new ImportError(`${path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** The folder itself when it is one study, the studies in it or in its train_images otherwise. */
async function findStudies(folder: string): Promise<readonly SourceStudy[]> {
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
async function subfolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return numerically(
    entries.filter((entry) => entry.isDirectory() && isNumber(entry.name)).map((entry) => entry.name),
  );
}

async function imageFiles(folder: string): Promise<readonly string[]> {
  return numerically((await readdir(folder)).filter((name) => /^\d+\.dcm$/.test(name)));
}

/** DA (PS3.5 6.2), a day of the calendar. */
function isDate(text: string): boolean {
  const iso = text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  const date = new Date(`${iso}T00:00:00Z`);
  return iso !== text && !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(iso);
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}

function numerically(names: readonly string[]): readonly string[] {
  return [...names].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

/** Series number → description, from the challenge's table in the folder or in one of the two above it. */
async function readDescriptions(folder: string): Promise<ReadonlyMap<string, string>> {
  for (const place of [folder, dirname(folder), dirname(dirname(folder))]) {
    const text = await readFile(join(place, DESCRIPTIONS_FILE), 'utf8').catch(() => null);
    if (text === null) continue;
    const rows = text
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(','));
    return new Map(
      rows.flatMap(([, seriesId, description]) => (seriesId && description ? [[seriesId, description]] : [])),
    );
  }
  return new Map();
}

/**
 * The import-rsna command.
 * @param args what follows the command's name.
 * @returns the exit code: 0 done, 1 the folder cannot be imported, 2 misuse.
 */
export async function importRsnaCommand(args: readonly string[]): Promise<number> {
  try {
    const options = { out: { type: 'string' }, 'study-date': { type: 'string' } } as const;
    const { values, positionals } = parseOptions({ args: [...args], options, allowPositionals: true });
    const { out, 'study-date': studyDate } = values;
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) throw new MisuseError('name one folder');
    if (out === undefined) throw new MisuseError('--out is missing');
    const { studies } = await importRsna(folder, out, studyDate === undefined ? {} : { studyDate });
    for (const { studyId, studyInstanceUid, series } of studies) {
      const images = series.reduce((sum, { instances }) => sum + Object.keys(instances).length, 0);
      console.log(
        `${studyId}: ${series.length} series, ${images} images, StudyInstanceUID ${studyInstanceUid}`,
      );
    }
    return 0;
  } catch (fault) {
    return tellFault('import-rsna', USAGE, fault, ImportError);
  }
}
