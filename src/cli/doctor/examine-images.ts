import { textValue } from '../../dicom/json/dicom-json-values.ts';
import { parseMeta } from '../../dicom/part10/parse-part10.ts';
import { pixelCoding, transferSyntaxName } from '../../dicom/part10/transfer-syntax.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';
import { type Check, found, lacking, missing, notTried } from './check.ts';
import type { Examined } from './examined.ts';

const SOP_INSTANCE_UID = '00080018';

/** One MR image that is there: whether it comes, and in what the archive holds such images. It is named by its study alone. */
export async function examineImages(
  { archive, signal }: Examined,
  studies: readonly StudyInstanceUid[],
): Promise<Check> {
  const name = 'an MR image';
  for (const study of studies) {
    const series = (await archive.findSeries(study, signal)).find(({ modality }) => modality === 'MR');
    if (series === undefined) continue;
    const uid = series.seriesInstanceUid as SeriesInstanceUid;
    const [first] = await archive.seriesMetadata(study, uid, signal);
    const instance = first === undefined ? null : textValue(first, SOP_INSTANCE_UID);
    if (instance === null) continue;
    const bytes = await archive.retrieveInstance(study, uid, instance as SopInstanceUid, signal, {
      listed: true,
    });
    if (bytes === null)
      return missing(name, `of study ${study} is listed and not to be had`, { code: 'archive-fault' });
    const syntax = (parseMeta(bytes).meta.string('x00020010') ?? '').trim();
    const words = `of study ${study} comes in ${transferSyntaxName(syntax)}`;
    if (pixelCoding(syntax) !== null) return found(name, words);
    return lacking(name, `${words}, which is not decoded here`, {
      code: 'image-unreadable',
      advice:
        'have the archive send MR images in another transfer syntax: docs/reading-dicom.md has those that are decoded',
    });
  }
  return notTried(name, 'no MR study of the last days was found');
}
