import { deterministicUid } from '../../../src/dicom/deterministic-uid.ts';
import { decimals, doubles, sequence, shorts, text } from '../../../src/dicom/part10/data-elements.ts';
import type { DataSetToEncode } from '../../../src/dicom/part10/encode-part10.ts';
import type { EnhancedMrAttributes } from './enhanced-mr-attributes.ts';

/** Enhanced General Equipment and Acquisition Context (PS3.3 C.7.5.2, C.7.6.14), Synchronization (C.7.4.2). */
export function equipment(attributes: EnhancedMrAttributes): DataSetToEncode {
  return {
    '00181000': text('LO', '0'),
    '00400555': sequence(),
    '00200200': text('UI', deterministicUid('synchronization', attributes.frameOfReferenceUid)),
    '0018106A': text('CS', 'NO TRIGGER'),
    '00181800': text('CS', 'N'),
  };
}

/** Enhanced MR Image module (PS3.3 C.8.13.1), with what C.8.16.2 asks for; Multi-frame Functional Groups (C.7.6.16). */
export function image({ weighting, studyDate, studyTime }: EnhancedMrAttributes): DataSetToEncode {
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
export function pulseSequence(attributes: EnhancedMrAttributes): DataSetToEncode {
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
export function dimensions({ seriesInstanceUid }: EnhancedMrAttributes): DataSetToEncode {
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
