import type { DicomJson } from '../../src/dicom/json/dicom-json.ts';

export const CODE = { value: 'lumbar-grading', scheme: '99TEST', meaning: 'Grading of the lumbar spine' };

export interface StepOptions {
  readonly study?: string | null;
  /** None: the input names its study alone. */
  readonly series?: readonly string[];
  readonly priority?: 'HIGH' | 'MEDIUM' | 'LOW';
  readonly readiness?: string;
  readonly label?: string;
  /** By code value of scheme 99TEST; none: any equipment. */
  readonly station?: string;
  readonly people?: string;
  readonly codeValue?: string;
  readonly retrieveUrl?: string;
  readonly parameters?: readonly DicomJson[];
}

const one = (vr: string, ...values: readonly unknown[]) => ({ vr, Value: values });
export const coded = (value: string, scheme: string, meaning: string): DicomJson => ({
  '00080100': one('SH', value),
  '00080102': one('SH', scheme),
  '00080104': one('LO', meaning),
});

/** A step that asks for a study to be graded, as PS3.4 table CC.2.5-3 wants it created. */
export function workitem(options: StepOptions = {}): DicomJson {
  const { study = '2.25.4711', series = [], priority = 'MEDIUM', readiness = 'READY' } = options;
  const { retrieveUrl, parameters = [], station, people, label = 'Spine', codeValue = CODE.value } = options;
  const input = (uid: string | null): DicomJson => ({
    '0040E020': one('CS', 'DICOM'),
    '0020000D': one('UI', study),
    ...(uid !== null && { '0020000E': one('UI', uid) }),
    '00081199': one('SQ', {
      '00081150': one('UI', '1.2.840.10008.5.1.4.1.1.4'),
      '00081155': one('UI', '2.25.471111'),
    }),
    ...(retrieveUrl && { '0040E025': one('SQ', { '00081190': one('UR', retrieveUrl) }) }),
  });
  return {
    '00741000': one('CS', 'SCHEDULED'),
    '00741200': one('CS', priority),
    '00741204': one('LO', 'Grade lumbar MRI'),
    '00741202': one('LO', label),
    '00741210': one('SQ', ...parameters),
    '00404025': one('SQ', ...(station === undefined ? [] : [coded(station, '99TEST', 'Station')])),
    ...(people !== undefined && {
      '00404034': one('SQ', { '00404009': one('SQ', coded(people, '99TEST', 'Reader')) }),
    }),
    '00404005': one('DT', '20260101120000'),
    '00404018': one('SQ', coded(codeValue, CODE.scheme, CODE.meaning)),
    '00404041': one('CS', readiness),
    '00404021': one('SQ', ...(study === null ? [] : (series.length > 0 ? series : [null]).map(input))),
    '00100010': one('PN', { Alphabetic: 'Test^Workitem' }),
    '00100020': one('LO', 'T1'),
    '00741002': one('SQ'),
    '00741216': one('SQ'),
  };
}
