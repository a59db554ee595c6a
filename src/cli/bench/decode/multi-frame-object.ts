import { encodePart10 } from '../../../dicom/part10/encode-part10.ts';
import { phantomStudy } from '../../../phantom/phantom-study.ts';

/** Frames of one object: the toolkits' start is shared among them. */
export const FRAMES = 16;

/** Rows and columns of a frame. */
export const SIZE = 448;

/** Slices of a phantom as frames of one Enhanced MR object, 12 of 16 bits. */
export function multiFrameObject(): Uint8Array {
  const { slices } = phantomStudy(1, { omit: ['sagittal-t1', 'axial-t2'] }).volumes['sagittal-t2']!;
  const cells = new Uint16Array(FRAMES * SIZE * SIZE);
  for (let frame = 0; frame < FRAMES; frame++) {
    const { plane, rendered } = slices[frame % slices.length]!;
    const pixels = rendered();
    for (let i = 0; i < SIZE * SIZE; i++) {
      const row = Math.floor((Math.floor(i / SIZE) * plane.rows) / SIZE);
      const column = Math.floor(((i % SIZE) * plane.columns) / SIZE);
      cells[frame * SIZE * SIZE + i] = Math.min(4095, Math.max(0, pixels[row * plane.columns + column]!));
    }
  }
  const one = (vr: string, ...Value: readonly unknown[]) => ({ vr, Value });
  return encodePart10({
    '00080016': one('UI', '1.2.840.10008.5.1.4.1.1.4.1'),
    '00080018': one('UI', '2.25.1'),
    '00080060': one('CS', 'MR'),
    '0020000D': one('UI', '2.25.2'),
    '0020000E': one('UI', '2.25.3'),
    '00280002': one('US', 1),
    '00280004': one('CS', 'MONOCHROME2'),
    '00280008': one('IS', String(FRAMES)),
    '00280010': one('US', SIZE),
    '00280011': one('US', SIZE),
    '00280100': one('US', 16),
    '00280101': one('US', 12),
    '00280102': one('US', 11),
    '00280103': one('US', 0),
    '52009229': one('SQ', { '00289110': one('SQ', { '00280030': one('DS', '1', '1') }) }),
    '52009230': one(
      'SQ',
      ...Array.from({ length: FRAMES }, (_, i) => ({
        '00209113': one('SQ', { '00200032': one('DS', '0', '0', String(4 * i)) }),
      })),
    ),
    '7FE00010': one('OW', cells.buffer),
  });
}
