import {
  imageAttributes,
  type PhantomDicomOptions,
} from '../../../src/phantom/dicom/phantom-image-attributes.ts';
import type { PhantomInstance } from '../../../src/phantom/dicom/phantom-instance.ts';
import type { PhantomStudy } from '../../../src/phantom/phantom-study.ts';
import type { EnhancedFrame } from './enhanced-mr-attributes.ts';
import { writeEnhancedMr } from './write-enhanced-mr.ts';

/** The same study as Enhanced MR Image Storage objects, one a series, each slice a frame in the order of the volume. */
export function phantomEnhancedDicom(study: PhantomStudy, options: PhantomDicomOptions): PhantomInstance[] {
  return study.series.map((series): PhantomInstance => {
    const { role, seriesInstanceUid } = series;
    const { slices } = study.volumes[role]!;
    const { sopInstanceUid } = slices[0]!.image;
    const attributes = imageAttributes(study, series, options, sopInstanceUid, 1);
    const frames = slices.map((slice): EnhancedFrame => ({ plane: slice.plane, pixels: slice.rendered() }));
    const bytes = writeEnhancedMr(frames, { ...attributes, weighting: series.contrast.weighting });
    const { studyInstanceUid } = study;
    return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, instanceNumber: 1, role, bytes };
  });
}
