import { decimals, doubles, sequence, shorts, text } from '../../../src/dicom/part10/data-elements.ts';
import type { DataSetToEncode } from '../../../src/dicom/part10/encode-part10.ts';
import type { SlicePlane } from '../../../src/volume/volume.ts';
import type { EnhancedMrAttributes } from './enhanced-mr-attributes.ts';

/** Pixel Measures, Timing, Modifier, Imaging Modifier, Averages, Geometry, Coils, Anatomy (PS3.3 C.7.6.16.2, C.8.13.5). */
export function sharedGroups(plane: SlicePlane, attributes: EnhancedMrAttributes): DataSetToEncode {
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
