import { imageKey } from '../dicom/image/image-header.ts';
import { readInstance } from '../dicom/image/read-instance.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import type { Archive } from '../dicomweb/archive.ts';
import type { Finding, GradedStudy } from '../domain/assessment.ts';
import type { ImageReference } from '../domain/image-reference.ts';
import type { MeasuredSlice } from '../domain/measured-slice.ts';
import { isMeasured } from '../domain/measurement.ts';
import { StudyLimitError, type StudyLimits } from '../domain/study-limits.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { DecodeFrame } from '../pixels/encoded-frame.ts';
import { rgbPng } from '../pixels/rgb-png.ts';
import { measuredImage } from '../sr/picture/measured-image.ts';
import { measuredOf } from '../sr/picture/measured-marks.ts';
import { regionImage } from '../sr/picture/region-image.ts';
import { type Picture, renderPicture } from '../sr/picture/render-picture.ts';
import { withinBudget } from '../study/study-budget.ts';
import { slicesFromInstance } from '../volume/slice-from-instance.ts';
import type { Slice } from '../volume/volume.ts';

export interface RegionParts {
  readonly archive: Pick<Archive, 'seriesMetadata' | 'retrieveSeries' | 'retrieveInstance'>;
  readonly decode: DecodeFrame;
  readonly limits: StudyLimits;
}

type Graded = Pick<GradedStudy, 'measurements' | 'contours'>;

/**
 * The region behind a finding as a PNG: the image where it was read, as the archive has it now, with the place that is
 * stored and what was measured of its level there.
 * @returns null where no image shows the finding, or the archive has the image no more in a form that can be read.
 * @throws ArchiveError
 */
export async function regionPicture(
  parts: RegionParts,
  study: StudyInstanceUid,
  { finding, graded }: { readonly finding: Finding; readonly graded: Graded },
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  const { location } = finding;
  if (location === null) return null;
  return pictureOf(parts, study, location.image, signal, (slice) =>
    regionImage({ finding, slice, measured: measuredOf(graded, finding, slice.image) }),
  );
}

/**
 * The slice on which a level was measured as a PNG, as the archive has it now, with lengths or area as they are stored.
 * @returns null where nothing was measured there, or the archive has the image no more in a form that can be read.
 * @throws ArchiveError
 */
export async function measuredPicture(
  parts: RegionParts,
  study: StudyInstanceUid,
  { level, plane, outlines }: MeasuredSlice,
  { measurements = [], contours = [] }: Graded,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  const measured = measurements
    .filter(isMeasured)
    .filter((each) => each.level === level && (each.role === 'axial-t2') === (plane === 'axial'));
  const [first] = measured;
  if (first === undefined) return null;
  const key = imageKey(first.image);
  const shown = outlines ? contours.filter(({ image }) => imageKey(image) === key) : [];
  return pictureOf(parts, study, first.image, signal, (slice) =>
    measuredImage({ level, slice, measured, contours: shown }),
  );
}

/** A picture of one image of the archive. */
async function pictureOf(
  { archive, decode, limits }: RegionParts,
  study: StudyInstanceUid,
  { seriesInstanceUid, sopInstanceUid, frameNumber }: ImageReference,
  signal: AbortSignal | undefined,
  draw: (slice: Slice) => Promise<Picture>,
): Promise<Uint8Array | null> {
  try {
    const bytes = await withinBudget(archive, limits).retrieveInstance(
      study,
      seriesInstanceUid,
      sopInstanceUid,
      signal,
    );
    if (bytes === null) return null;
    const [slice] = slicesFromInstance(readInstance(bytes), [frameNumber], decode);
    const { samples, width, height } = await renderPicture(await draw(slice!));
    return rgbPng(samples, width, height);
  } catch (cause) {
    if (cause instanceof ImagingError || cause instanceof StudyLimitError) return null;
    throw cause;
  }
}
