import { decimals, doubles, sequence, shorts, text } from '../../../src/dicom/part10/data-elements.ts';
import type { DataSetToEncode } from '../../../src/dicom/part10/encode-part10.ts';
import { storedPixels } from '../../../src/phantom/dicom/stored-pixels.ts';
import { planeNormal } from '../../../src/volume/plane-geometry.ts';
import type { EnhancedFrame, EnhancedMrAttributes } from './enhanced-mr-attributes.ts';

/** Frame Content, Plane Position and Orientation, Frame Type, Echo and window of every frame. */
export function frameGroups(
  frames: readonly EnhancedFrame[],
  { echoTimeMs, weighting, studyDate, studyTime }: EnhancedMrAttributes,
): readonly DataSetToEncode[] {
  const orientations: string[] = [];
  const inStack = new Map<string, number>();
  return frames.map((frame): DataSetToEncode => {
    const { plane, temporalPosition = 1 } = frame;
    const orientation = planeNormal(plane)
      .map((component) => component.toFixed(3))
      .join();
    if (!orientations.includes(orientation)) orientations.push(orientation);
    const stack = orientations.indexOf(orientation) + 1;
    const position = (inStack.get(`${stack}/${temporalPosition}`) ?? 0) + 1;
    inStack.set(`${stack}/${temporalPosition}`, position);
    const { bright } = storedPixels(frame.pixels);
    return {
      '00189114': sequence({ '00189082': doubles(frame.echoTimeMs ?? echoTimeMs) }),
      '00189226': sequence({
        '00089007': text('CS', 'ORIGINAL', 'PRIMARY', weighting, 'NONE'),
        '00089205': text('CS', 'MONOCHROME'),
        '00089206': text('CS', 'VOLUME'),
        '00089207': text('CS', 'NONE'),
        '00089208': text('CS', 'MAGNITUDE'),
        '00089209': text('CS', weighting),
      }),
      '00209111': sequence({
        '00189074': text('DT', `${studyDate}${studyTime}`),
        '00189151': text('DT', `${studyDate}${studyTime}`),
        '00189220': doubles(180),
        '00209056': text('SH', String(stack)),
        '00209057': { vr: 'UL', Value: [position] },
        '00209128': { vr: 'UL', Value: [temporalPosition] },
        '00209156': shorts(temporalPosition),
        '00209157': { vr: 'UL', Value: [stack, position, temporalPosition] },
      }),
      '00209113': sequence({ '00200032': decimals(...plane.originMm) }),
      '00209116': sequence({ '00200037': decimals(...plane.rowDirection, ...plane.columnDirection) }),
      '00289132': sequence({ '00281050': decimals(Math.round(bright / 2)), '00281051': decimals(bright) }),
    };
  });
}
