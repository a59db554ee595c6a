import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { textValue } from '../../dicom/json/dicom-json-values.ts';
import type { BeyondLimit } from '../../domain/beyond-limit.ts';
import { type Reason, remark } from '../../domain/remark.ts';
import type { SeriesDecision } from '../../domain/series-decision.ts';
import type { StudyLimits } from '../../domain/study-limits.ts';
import { reasonOf } from '../../domain/unusable-study.ts';
import type { DecodeFrame } from '../../pixels/encoded-frame.ts';
import type { Roles } from '../../series/decide-series.ts';
import type { SeriesRules } from '../../series/rules/series-rules.ts';
import { fetchVolumes } from '../../study/fetch-volumes.ts';
import { type FolderObject, folderImages } from '../../study/folder-images.ts';
import { inspectStudy } from '../../study/inspect-study.ts';
import { readFiles, STUDY_INSTANCE_UID } from './folder-files.ts';
import { type Inspection, inspection } from './inspection.ts';

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

async function beyondBytes(paths: readonly string[], { maxBytes }: StudyLimits): Promise<BeyondLimit | null> {
  let total = 0;
  // What cannot be seen is told of when it is to be read.
  for (const path of paths) total += (await stat(path).catch(() => null))?.size ?? 0;
  return total > maxBytes ? { of: 'folder', bytes: total, limitBytes: maxBytes } : null;
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
