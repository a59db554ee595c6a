import { describe, expect, test } from 'vitest';
import { candidate, element, T1_TIMES } from '../../dicom/image/image.fixture.ts';
import { decisionOn } from '../select-series.fixture.ts';

describe('weighting', () => {
  const times = (te: number | null, tr: number | null, ti?: number, sequence = 'SE', description = '') => ({
    ...(te === null ? {} : { '00180081': element('DS', te) }),
    ...(tr === null ? {} : { '00180080': element('DS', tr) }),
    ...(ti === undefined ? {} : { '00180082': element('DS', ti) }),
    '00180020': element('CS', sequence),
    '0008103E': element('LO', description),
  });

  test.each([
    ['T1 spin echo', times(12, 600), 'sagittal-t1'],
    ['T2 turbo spin echo', times(95, 4000), 'sagittal-t2'],
    ['STIR', times(45, 4500, 160, 'IR'), 'sagittal-t2'],
    ['STIR of long echo', times(70, 4500, 220, 'IR'), 'sagittal-t2'],
    ['STIR that does not give TI', times(60, 4500, undefined, 'IR'), 'sagittal-t2'],
    ['T1 FLAIR', times(24, 2100, 860, 'IR'), 'sagittal-t1'],
    ['fluid-suppressed T2', times(110, 9000, 2500, 'IR'), null],
    ['proton density', times(15, 3000), null],
    ['gradient echo of short times', times(10, 500, undefined, 'GR', 'T1'), null],
    ['diffusion', times(90, 5000, undefined, 'EP', 'T2'), null],
    ['between T1 and T2, described as T2', times(50, 2500, undefined, 'SE', 'T2'), 'sagittal-t2'],
    ['between T1 and T2, not described', times(50, 2500), null],
    ['times that contradict the description', times(102, 3500, undefined, 'SE', 'SAG T1'), 'sagittal-t2'],
    ['no times, described as T1', times(null, null, undefined, 'RM', 'T1'), 'sagittal-t1'],
    ['no times, Siemens style', times(null, null, undefined, 'RM', 't2_tse_sag'), 'sagittal-t2'],
    ['no times, T2W', times(null, null, undefined, 'RM', 'Sag T2W TSE'), 'sagittal-t2'],
    ['no times, the challenge', times(null, null, undefined, 'RM', 'Sagittal T2/STIR'), 'sagittal-t2'],
    ['no times, STIR', times(null, null, undefined, 'RM', 'stir sag'), 'sagittal-t2'],
    ['no times, a vertebra', times(null, null, undefined, 'RM', 'T12 level'), null],
    ['no times, T2*', times(null, null, undefined, 'RM', 'T2* sag'), null],
    ['no times, both named', times(null, null, undefined, 'RM', 'T1 T2'), null],
    ['no times, no description', times(null, null), null],
    ['echo time alone, long', times(100, null), 'sagittal-t2'],
    ['echo time alone, short', times(10, null), null],
  ])('%s', (_, attributes, role) => {
    expect(decisionOn(candidate('2.25.20', 'sagittal', attributes), []).role).toBe(role);
  });

  test('axial T1 has no role', () => {
    const axialT1 = decisionOn(candidate('2.25.20', 'axial', T1_TIMES));
    expect(axialT1).toMatchObject({ role: null, chosen: false });
    expect(axialT1.words).toContain('axial T1: no role');
  });
});
