import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import { decimals, doubles, sequence, shorts, text } from '../../dicom/part10/data-elements.ts';
import { type DataSetToEncode, encodePart10 } from '../../dicom/part10/encode-part10.ts';
import { ENHANCED_MR_IMAGE_STORAGE } from '../../dicom/sop-classes.ts';
import { planeNormal } from '../../volume/plane-geometry.ts';
import type { SlicePlane } from '../../volume/volume.ts';
import { storedPixels } from './stored-pixels.ts';
import { identity, type MrImageAttributes } from './write-mr-image.ts';

export interface EnhancedFrame {
  readonly plane: SlicePlane;
  /** plane.rows × plane.columns, row-major. */
  readonly pixels: Float32Array;
  /** In place of the object's, for a frame of another contrast or point in time. */
  readonly echoTimeMs?: number;
  /** 1 by default. */
  readonly temporalPosition?: number;
}

export interface EnhancedMrAttributes extends Omit<MrImageAttributes, 'instanceNumber'> {
  readonly weighting: 'T1' | 'T2';
}

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
    ...identity({ ...attributes, instanceNumber: 1 }),
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

/** Enhanced General Equipment and Acquisition Context (PS3.3 C.7.5.2, C.7.6.14), Synchronization (C.7.4.2). */
function equipment(attributes: EnhancedMrAttributes): DataSetToEncode {
  return {
    '00181000': text('LO', '0'),
    '00400555': sequence(),
    '00200200': text('UI', deterministicUid('synchronization', attributes.frameOfReferenceUid)),
    '0018106A': text('CS', 'NO TRIGGER'),
    '00181800': text('CS', 'N'),
  };
}

/** Enhanced MR Image module (PS3.3 C.8.13.1), with what C.8.16.2 asks for; Multi-frame Functional Groups (C.7.6.16). */
function image({ weighting, studyDate, studyTime }: EnhancedMrAttributes): DataSetToEncode {
  return {
    '00080008': text('CS', 'ORIGINAL', 'PRIMARY', weighting, 'NONE'),
    '0008002A': text('DT', `${studyDate}${studyTime}`),
    '00089205': text('CS', 'MONOCHROME'),
    '00089206': text('CS', 'VOLUME'),
    '00089207': text('CS', 'NONE'),
    '00089208': text('CS', 'MAGNITUDE'),
    '00089209': text('CS', weighting),
    '00180087': decimals(1.5),
    '00189004': text('CS', 'RESEARCH'),
    '00189073': doubles(180),
    '00189100': text('CS', '1H'),
    '00189174': text('CS', 'IEC'),
    '20500020': text('CS', 'IDENTITY'),
  };
}

/** MR Pulse Sequence module (PS3.3 C.8.13.4). */
function pulseSequence(attributes: EnhancedMrAttributes): DataSetToEncode {
  return {
    '00180023': text('CS', '2D'),
    '00189005': text('SH', attributes.inversionTimeMs === null ? 'TSE' : 'TIR'),
    '00189008': text('CS', 'SPIN'),
    '00189011': text('CS', 'NO'),
    '00189012': text('CS', 'NO'),
    '00189014': text('CS', 'NO'),
    '00189015': text('CS', 'NO'),
    '00189017': text('CS', 'NONE'),
    '00189018': text('CS', 'NO'),
    '00189024': text('CS', 'NO'),
    '00189025': text('CS', 'NONE'),
    '00189029': text('CS', 'NONE'),
    '00189032': text('CS', 'RECTILINEAR'),
    '00189064': text('CS', 'NONE'),
    '00189033': text('CS', 'FULL'),
    '00189034': text('CS', 'LINEAR'),
    '00189093': shorts(1),
  };
}

/** Multi-frame Dimension module (PS3.3 C.7.6.17): stack, place in it, point in time. */
function dimensions({ seriesInstanceUid }: EnhancedMrAttributes): DataSetToEncode {
  const organization = deterministicUid('dimension organization', seriesInstanceUid);
  const index = (tag: string) => ({
    '00209164': text('UI', organization),
    '00209165': { vr: 'AT', Value: [tag] },
    '00209167': { vr: 'AT', Value: ['00209111'] },
  });
  return {
    '00209221': sequence({ '00209164': text('UI', organization) }),
    '00209222': sequence(index('00209056'), index('00209057'), index('00209128')),
  };
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

/** Pixel Measures, Timing, Modifier, Imaging Modifier, Averages, Geometry, Coils, Anatomy (PS3.3 C.7.6.16.2, C.8.13.5). */
function sharedGroups(plane: SlicePlane, attributes: EnhancedMrAttributes): DataSetToEncode {
  const { repetitionTimeMs, echoTrainLength, inversionTimeMs, sliceThicknessMm, spacingBetweenSlicesMm } =
    attributes;
  const code = (value: string, scheme: string, meaning: string) =>
    sequence({
      '00080100': text('SH', value),
      '00080102': text('SH', scheme),
      '00080104': text('LO', meaning),
    });
  return {
    '00189006': sequence({
      '00180095': decimals(200),
      '00189020': text('CS', 'NONE'),
      '00189022': text('CS', 'NO'),
      '00189028': text('CS', 'NONE'),
      '00189098': doubles(63.9),
    }),
    '00189042': sequence({
      '00181250': text('SH', 'SPINE'),
      '00189041': text('LO'),
      '00189043': text('CS', 'SURFACE'),
      '00189044': text('CS', 'NO'),
    }),
    '00189049': sequence({
      '00181251': text('SH', 'BODY'),
      '00189050': text('LO'),
      '00189051': text('CS', 'BODY'),
    }),
    '00189112': sequence({
      '00180080': decimals(repetitionTimeMs),
      '00180091': text('IS', String(echoTrainLength)),
      '00181314': decimals(90),
      '00189176': sequence({ '00189177': text('CS', 'RF'), '00189178': text('CS', 'IEC_NORMAL') }),
      '00189180': text('CS', 'DB_DT'),
      '00189182': doubles(10),
      '00189239': sequence({ '00189179': text('CS', 'IEC_WHOLE_BODY'), '00189181': doubles(0.5) }),
      '00189240': shorts(echoTrainLength),
      '00189241': shorts(0),
    }),
    '00189115': sequence({
      '00189009': text('CS', inversionTimeMs === null ? 'NO' : 'YES'),
      ...(inversionTimeMs === null ? {} : { '00189079': doubles(inversionTimeMs) }),
      '00189010': text('CS', 'NONE'),
      '00189016': text('CS', 'NONE'),
      '00189021': text('CS', 'NO'),
      '00189026': text('CS', 'NONE'),
      '00189027': text('CS', 'NONE'),
      '00189077': text('CS', 'NO'),
      '00189081': text('CS', 'NO'),
    }),
    '00189119': sequence({ '00180083': decimals(1) }),
    '00189125': sequence({
      '00180093': decimals(100),
      '00180094': decimals(100),
      '00181312': text('CS', 'ROW'),
      '00189058': shorts(plane.columns),
      '00189231': shorts(plane.rows),
      '00189232': shorts(1),
    }),
    '00209071': sequence({
      '00082218': code('122496007', 'SCT', 'Lumbar spine'),
      '00209072': text('CS', 'U'),
    }),
    '00289110': sequence({
      '00180050': decimals(sliceThicknessMm),
      '00180088': decimals(spacingBetweenSlicesMm),
      '00280030': decimals(plane.rowSpacingMm, plane.columnSpacingMm),
    }),
    '00289145': sequence({
      '00281052': decimals(0),
      '00281053': decimals(1),
      '00281054': text('LO', 'US'),
    }),
  };
}

/** Frame Content, Plane Position and Orientation, Frame Type, Echo and window of every frame. */
function frameGroups(
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
