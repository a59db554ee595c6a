import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { ImagingError } from '../../dicom/imaging-error.ts';
import { textValue } from '../../dicom/json/dicom-json-values.ts';
import { type Reason, remark } from '../../domain/remark.ts';
import { type FolderObject, metadataOf } from '../../study/folder-images.ts';

/** Tag of StudyInstanceUID in the DICOM JSON model. */
export const STUDY_INSTANCE_UID = '0020000D';

interface FolderFiles {
  readonly images: readonly FolderObject[];
  /** Files that cannot be read or are not DICOM though they are named so, with the reason. */
  readonly unreadable: readonly Reason[];
}

const NAMED_DICOM = /\.(dcm|dicom|ima)$/i;

/** Whether the file system refused; the error names the path. */
export function isFileFault(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'syscall' in cause;
}

/**
 * The DICOM objects among the files; what is not DICOM and not named so is passed over. @throws Error of anything
 * but a file that cannot be read.
 */
export async function readFiles(folder: string, paths: readonly string[]): Promise<FolderFiles> {
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
