import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { mebibytes, type StudyLimits } from '../dicomweb/study-limits.ts';
import type { CandidateSeries } from '../imaging/assess-series.ts';
import { buildVolume } from '../imaging/build-volume.ts';
import { decideSeries, type Roles } from '../imaging/decide-series.ts';
import { headersFromJson, type ImageHeader, imageKey } from '../imaging/image-header.ts';
import { ImagingError } from '../imaging/imaging-error.ts';
import { headerJson, parsePart10 } from '../imaging/parse-part10.ts';
import { readInstance } from '../imaging/read-instance.ts';
import type { SeriesRules } from '../imaging/series-rules.ts';
import { type DecodeFrame, slicesFromInstance } from '../imaging/slice-from-instance.ts';
import type { Slice } from '../imaging/volume.ts';
import { type Inspection, inspection } from './inspection.ts';

/** A DICOM file of a folder with what its header says of its images. */
interface ImageFile {
  readonly path: string;
  readonly headers: readonly ImageHeader[];
}

interface FolderFiles {
  readonly images: readonly ImageFile[];
  /** Files that cannot be read or are not DICOM though they are named so, with the reason. */
  readonly unreadable: readonly string[];
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
  if (tooMuch !== null) return [inspection(null, [], [tooMuch])];
  const { images, unreadable } = await readFiles(folder, paths.sort(), settings.rules);
  if (images.length === 0) {
    return [
      inspection(null, [], unreadable.length > 0 ? unreadable : ['there is no DICOM file in the folder']),
    ];
  }
  const studies = Map.groupBy(images, ({ headers }) => headers[0]!.studyInstanceUid);
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

async function beyondBytes(paths: readonly string[], { maxBytes }: StudyLimits): Promise<string | null> {
  let total = 0;
  // What cannot be seen is told of when it is to be read.
  for (const path of paths) total += (await stat(path).catch(() => null))?.size ?? 0;
  return total > maxBytes
    ? `the folder holds ${mebibytes(total)}, more than the limit of ${mebibytes(maxBytes)} a study`
    : null;
}

async function readFiles(folder: string, paths: readonly string[], rules: SeriesRules): Promise<FolderFiles> {
  const images: ImageFile[] = [];
  const unreadable: string[] = [];
  for (const path of paths) {
    try {
      const bytes = await readFile(path);
      const isDicom = bytes.toString('latin1', 128, 132) === 'DICM';
      if (!isDicom && !NAMED_DICOM.test(path)) continue;
      images.push({ path, headers: headersFromJson(headerJson(parsePart10(bytes)), rules) });
    } catch (cause) {
      // A link to a folder, or one that leads nowhere and is not named as an image.
      if (isFileFault(cause) && cause.code === 'EISDIR') continue;
      if (isFileFault(cause) && cause.code === 'ENOENT' && !NAMED_DICOM.test(path)) continue;
      if (!(cause instanceof ImagingError || isFileFault(cause))) throw cause;
      const problem = cause instanceof ImagingError ? cause.message : `cannot be read (${cause.code})`;
      unreadable.push(`${relative(folder, path)}: ${problem}`);
    }
  }
  return { images, unreadable };
}

async function inspectFiles(
  files: readonly ImageFile[],
  roles: Roles,
  { limits, decode }: { readonly limits: StudyLimits; readonly decode: DecodeFrame },
) {
  const images = files.reduce((sum, { headers }) => sum + headers.length, 0);
  if (images > limits.maxImages) {
    return {
      decisions: [],
      reasons: [`${images} images are more than the limit of ${limits.maxImages} a study`],
    };
  }
  const { candidates, pathOf } = catalogue(files);
  const read = (headers: readonly ImageHeader[]) => readSlices(headers, pathOf, decode);
  const selection = await decideSeries(candidates, roles, (_, headers) => read(headers), limits);
  const { decisions, reasons } = selection;
  if (reasons.length > 0) return { decisions, reasons };
  try {
    for (const [role, series] of selection.chosen) {
      const slices = await read(series.flatMap(({ headers }) => headers));
      for (const { pixels } of buildVolume(role, slices).slices) await pixels();
    }
    return { decisions, reasons: [] };
  } catch (cause) {
    if (!(cause instanceof ImagingError)) throw cause;
    return { decisions, reasons: [cause.message] };
  }
}

/** The series as an archive would list them, and where each image lies. An object that is there twice counts once. */
function catalogue(files: readonly ImageFile[]) {
  const pathOf = new Map<string, string>();
  const distinct: ImageFile[] = [];
  for (const file of files) {
    const keys = file.headers.map(imageKey);
    if (keys.some((key) => pathOf.has(key))) continue;
    for (const key of keys) pathOf.set(key, file.path);
    distinct.push(file);
  }
  const bySeries = Map.groupBy(distinct, ({ headers }) => headers[0]!.seriesInstanceUid);
  const candidates = Array.from(bySeries, ([seriesInstanceUid, members]): CandidateSeries => {
    const { seriesNumber, modality } = members[0]!.headers[0]!;
    const headers = modality === 'MR' ? members.flatMap((file) => file.headers) : [];
    return { seriesInstanceUid, seriesNumber, modality, instanceCount: members.length, headers };
  });
  return { candidates, pathOf };
}

async function readSlices(
  headers: readonly ImageHeader[],
  pathOf: ReadonlyMap<string, string>,
  decode: DecodeFrame,
): Promise<readonly Slice[]> {
  const slices: Slice[] = [];
  const byPath = Map.groupBy(headers, (header) => pathOf.get(imageKey(header))!);
  for (const [path, members] of byPath) {
    const instance = readInstance(await readFile(path));
    const frames = members.map(({ frameNumber }) => frameNumber);
    slices.push(...slicesFromInstance(instance, frames, decode));
  }
  return slices;
}
