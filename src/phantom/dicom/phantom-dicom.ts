import { type DataSetToEncode, encodePart10 } from '../../dicom/part10/encode-part10.ts';
import type { SeriesRole } from '../../domain/series-role.ts';
import type { PhantomStudy } from '../phantom-study.ts';
import { imageAttributes, type PhantomDicomOptions } from './phantom-image-attributes.ts';
import type { PhantomInstance } from './phantom-instance.ts';
import { mrImageDataSet } from './write-mr-image.ts';

/** Another way to write an image, as some scanner would; null leaves it out. */
export type AlterImage = (
  dataSet: DataSetToEncode,
  image: { readonly role: SeriesRole; readonly index: number; readonly count: number },
) => DataSetToEncode | null;

/**
 * Renders the whole study and writes it as MR Image Storage objects (Part 10); the same arguments give the same bytes.
 * @param alter changes each image's attributes before it is encoded.
 */
export function phantomDicom(
  study: PhantomStudy,
  options: PhantomDicomOptions,
  alter: AlterImage = (dataSet) => dataSet,
): PhantomInstance[] {
  return study.series.flatMap((series) => {
    const { role, seriesInstanceUid } = series;
    const { slices } = study.volumes[role]!;
    return slices.flatMap((slice, index): PhantomInstance[] => {
      const { sopInstanceUid } = slice.image;
      const attributes = imageAttributes(study, series, options, sopInstanceUid, index + 1);
      const written = mrImageDataSet(slice.plane, slice.rendered(), attributes);
      const dataSet = alter(written, { role, index, count: slices.length });
      if (dataSet === null) return [];
      const { studyInstanceUid } = study;
      const bytes = encodePart10(dataSet);
      return [
        { studyInstanceUid, seriesInstanceUid, sopInstanceUid, instanceNumber: index + 1, role, bytes },
      ];
    });
  });
}
