import { sequence, shorts, text } from '../../../src/dicom/part10/data-elements.ts';
import { type DataSetToEncode, encodePart10 } from '../../../src/dicom/part10/encode-part10.ts';
import { ENHANCED_MR_IMAGE_STORAGE } from '../../../src/dicom/sop-classes.ts';
import { mrIdentity } from '../../../src/phantom/dicom/mr-identity.ts';
import { storedPixels } from '../../../src/phantom/dicom/stored-pixels.ts';
import type { EnhancedFrame, EnhancedMrAttributes } from './enhanced-mr-attributes.ts';
import { dimensions, equipment, image, pulseSequence } from './enhanced-mr-modules.ts';
import { frameGroups } from './frame-groups.ts';
import { sharedGroups } from './shared-groups.ts';

/**
 * An Enhanced MR Image Storage object (PS3.3 A.36.2), Explicit VR Little Endian: one spin echo, a frame for each slice
 * in the order given, a stack for each orientation. What all frames share stands in the shared functional groups.
 * The same arguments give the same bytes.
 * @throws RangeError when there is no frame or the frames differ in matrix.
 */
export function writeEnhancedMr(
  frames: readonly EnhancedFrame[],
  attributes: EnhancedMrAttributes,
): Uint8Array {
  const first = frames[0];
  if (first === undefined) throw new RangeError('an Enhanced MR object needs a frame');
  const { rows, columns } = first.plane;
  if (frames.some(({ plane }) => plane.rows !== rows || plane.columns !== columns)) {
    throw new RangeError('the frames of an Enhanced MR object have one matrix');
  }
  return encodePart10({
    ...mrIdentity({ ...attributes, instanceNumber: 1 }),
    '00080016': text('UI', ENHANCED_MR_IMAGE_STORAGE),
    ...equipment(attributes),
    ...image(attributes),
    ...pulseSequence(attributes),
    ...dimensions(attributes),
    ...pixels(frames),
    '52009229': sequence(sharedGroups(first.plane, attributes)),
    '52009230': sequence(...frameGroups(frames, attributes)),
  });
}

/** Image Pixel module (PS3.3 C.7.6.3), one frame behind the other. */
function pixels(frames: readonly EnhancedFrame[]): DataSetToEncode {
  const { rows, columns } = frames[0]!.plane;
  const all = new Uint16Array(frames.length * rows * columns);
  for (const [index, frame] of frames.entries())
    all.set(storedPixels(frame.pixels).stored, index * rows * columns);
  return {
    '00280002': shorts(1),
    '00280004': text('CS', 'MONOCHROME2'),
    '00280008': text('IS', String(frames.length)),
    '00280010': shorts(rows),
    '00280011': shorts(columns),
    '00280100': shorts(16),
    '00280101': shorts(12),
    '00280102': shorts(11),
    '00280103': shorts(0),
    '00280301': text('CS', 'NO'),
    '00282110': text('CS', '00'),
    '7FE00010': { vr: 'OW', Value: [all.buffer] },
  };
}
