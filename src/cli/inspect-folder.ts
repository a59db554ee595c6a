import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ImagingError } from '../dicom/imaging-error.ts';
import { textValue } from '../dicom/json/dicom-json-values.ts';
import type { BeyondLimit } from '../domain/beyond-limit.ts';
import { type Reason, remark } from '../domain/remark.ts';
import type { SeriesDecision } from '../domain/series-decision.ts';
import type { StudyLimits } from '../domain/study-limits.ts';
import { reasonOf } from '../domain/unusable-study.ts';
import type { DecodeFrame } from '../pixels/encoded-frame.ts';
import type { Roles } from '../series/decide-series.ts';
import type { SeriesRules } from '../series/rules/series-rules.ts';
import { fetchVolumes } from '../study/fetch-volumes.ts';
import { type FolderObject, folderImages, metadataOf } from '../study/folder-images.ts';
import { inspectStudy } from '../study/inspect-study.ts';
import { type Inspection, inspection } from './inspection.ts';

const STUDY_INSTANCE_UID = '0020000D';

interface FolderFiles {
  readonly images: readonly FolderObject[];
  /** Files that cannot be read or are not DICOM though they are named so, with the reason. */
  readonly unreadable: readonly Reason[];
}

const NAMED_DICOM = /\.(dcm|dicom|ima)$/i;
/** Parts of DICOM's own file set that are no images (PS3.10 8.6). */
const NO_IMAGE = /(^|[\\/])DICOMDIR$/i;

/**
 * Inspects every study among the DICOM files below a folder as the service would: roles, then every image chosen
 * decoded. Other files are passed over.
 * @throws Error (isFileFault) when the folder, or one in it, cannot be read.
 */
export async function inspectFolder(
  folder: string,
  roles: Roles,
  settings: { readonly limits: StudyLimits; readonly rules: SeriesRules; readonly decode: DecodeFrame },
): Promise<readonly Inspection[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const named = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink());
  const paths = named
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !NO_IMAGE.test(path));
  const tooMuch = await beyondBytes(paths, settings.limits);
  if (tooMuch !== null) return [inspection(null, [], [remark('beyond-limit', tooMuch)])];
  const { images, unreadable } = await readFiles(folder, paths.sort());
  if (images.length === 0) {
    const nothing = remark('file-unreadable', { none: 'dicom-file' });
    return [inspection(null, [], unreadable.length > 0 ? unreadable : [nothing])];
  }
  const studies = Map.groupBy(images, ({ json }) => textValue(json, STUDY_INSTANCE_UID)!);
  const found: Inspection[] = [];
  // A file that cannot be read may belong to any of them.
  for (const [study, files] of studies) {
    const { decisions, reasons } = await inspectFiles(files, roles, settings);
    found.push(inspection(study, decisions, [...unreadable, ...reasons]));
  }
  return found;
}

/** Whether the file system refused; the error names the path. */
export function isFileFault(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'syscall' in cause;
}

async function beyondBytes(paths: readonly string[], { maxBytes }: StudyLimits): Promise<BeyondLimit | null> {
  let total = 0;
  // What cannot be seen is told of when it is to be read.
  for (const path of paths) total += (await stat(path).catch(() => null))?.size ?? 0;
  return total > maxBytes ? { of: 'folder', bytes: total, limitBytes: maxBytes } : null;
}

async function readFiles(folder: string, paths: readonly string[]): Promise<FolderFiles> {
  const images: FolderObject[] = [];
  const unreadable: Reason[] = [];
  for (const path of paths) {
    try {
      const bytes = await readFile(path);
      const isDicom = bytes.toString('latin1', 128, 132) === 'DICM';
      if (!isDicom && !NAMED_DICOM.test(path)) continue;
      const json = metadataOf(bytes);
      if (textValue(json, STUDY_INSTANCE_UID) === null) {
        throw new ImagingError('StudyInstanceUID is missing', { tag: '(0020,000D)' });
      }
      images.push({ json, read: () => readFile(path) });
    } catch (cause) {
      // A link to a folder, or one that leads nowhere and is not named as an image.
      if (isFileFault(cause) && cause.code === 'EISDIR') continue;
      if (isFileFault(cause) && cause.code === 'ENOENT' && !NAMED_DICOM.test(path)) continue;
      if (!(cause instanceof ImagingError || isFileFault(cause))) throw cause;
      const problem = cause instanceof ImagingError ? cause.message : `cannot be read (${cause.code})`;
      unreadable.push(remark('file-unreadable', { file: relative(folder, path), problem }));
    }
  }
  return { images, unreadable };
}

async function inspectFiles(
  files: readonly FolderObject[],
  roles: Roles,
  settings: { readonly limits: StudyLimits; readonly rules: SeriesRules; readonly decode: DecodeFrame },
): Promise<{ readonly decisions: readonly SeriesDecision[]; readonly reasons: readonly Reason[] }> {
  const source = folderImages(files);
  const inspected = await inspectStudy(source, roles, settings);
  const { decisions, reasons } = inspected.selection;
  if (reasons.length > 0) return { decisions, reasons };
  try {
    const volumes = await fetchVolumes(source, settings.decode, inspected, undefined, settings.limits);
    for (const { slices } of Object.values(volumes)) for (const { pixels } of slices) await pixels();
    return { decisions, reasons: [] };
  } catch (cause) {
    const reason = reasonOf(cause);
    if (reason === null) throw cause;
    return { decisions, reasons: [reason] };
  }
}
