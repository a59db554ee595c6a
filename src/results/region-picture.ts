import { readInstance } from '../dicom/image/read-instance.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import type { Archive } from '../dicomweb/archive.ts';
import type { Finding, GradedStudy } from '../domain/assessment.ts';
import { StudyLimitError, type StudyLimits } from '../domain/study-limits.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { DecodeFrame } from '../pixels/encoded-frame.ts';
import { rgbPng } from '../pixels/rgb-png.ts';
import { measuredOf } from '../sr/picture/measured-marks.ts';
import { regionImage } from '../sr/picture/region-image.ts';
import { renderPicture } from '../sr/picture/render-picture.ts';
import { withinBudget } from '../study/study-budget.ts';
import { slicesFromInstance } from '../volume/slice-from-instance.ts';

export interface RegionParts {
  readonly archive: Pick<Archive, 'seriesMetadata' | 'retrieveSeries' | 'retrieveInstance'>;
  readonly decode: DecodeFrame;
  readonly limits: StudyLimits;
}

/**
 * The region behind a finding as a PNG: the image where it was read, as the archive has it now, with the place that is
 * stored and what was measured of its level there.
 * @returns null where no image shows the finding, or the archive has the image no more in a form that can be read.
 * @throws ArchiveError
 */
export async function regionPicture(
  { archive, decode, limits }: RegionParts,
  study: StudyInstanceUid,
  { finding, graded }: { readonly finding: Finding; readonly graded: Pick<GradedStudy, 'measurements'> },
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  if (finding.location === null) return null;
  const { seriesInstanceUid, sopInstanceUid, frameNumber } = finding.location.image;
  try {
    const bytes = await withinBudget(archive, limits).retrieveInstance(
      study,
      seriesInstanceUid,
      sopInstanceUid,
      signal,
    );
    if (bytes === null) return null;
    const [slice] = slicesFromInstance(readInstance(bytes), [frameNumber], decode);
    const { samples, width, height } = await renderPicture(
      await regionImage({ finding, slice: slice!, measured: measuredOf(graded, finding, slice!.image) }),
    );
    return rgbPng(samples, width, height);
  } catch (cause) {
    if (cause instanceof ImagingError || cause instanceof StudyLimitError) return null;
    throw cause;
  }
}
