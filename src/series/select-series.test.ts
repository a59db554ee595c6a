import { describe, expect, test } from 'vitest';
import { candidate, element } from '../dicom/image/image.fixture.ts';
import { inWords } from '../domain/remark.ts';
import { ALL, AXIAL, chosenUids, decisionOn, T1, T2 } from './select-series.fixture.ts';
import { selectSeries } from './select-series.ts';

describe('a plain study', () => {
  test('every series gets its role from geometry and times, with reasons', () => {
    const selection = selectSeries([AXIAL, T1, T2], ALL);
    expect(chosenUids([AXIAL, T1, T2])).toEqual({
      'sagittal-t1': ['2.25.1'],
      'sagittal-t2': ['2.25.2'],
      'axial-t2': ['2.25.3'],
    });
    expect(selection.missing).toEqual([]);
    expect(selection.reasons).toEqual([]);
    expect(selection.decisions.map(({ role, chosen }) => ({ role, chosen }))).toEqual([
      { role: 'axial-t2', chosen: true },
      { role: 'sagittal-t1', chosen: true },
      { role: 'sagittal-t2', chosen: true },
    ]);
    expect(selection.decisions[1]!.reasons.map(inWords).join()).toContain('TE 9 ms, TR 550 ms: T1-weighted');
  });

  test('an absent role is missing with a reason; an optional one is not', () => {
    const selection = selectSeries([T1, T2], ALL);
    expect(selection.missing).toEqual(['axial-t2']);
    expect(selection.reasons.map(inWords)).toEqual(['no series qualifies as axial T2']);
    expect(selection.reasons.map(({ code }) => code)).toEqual(['no-axial-t2']);
    expect(selectSeries([T2], ['sagittal-t2'], ['sagittal-t1']).missing).toEqual([]);
    expect(selectSeries([], ALL).missing).toEqual(ALL);
  });

  test('a role the model does not use is not chosen', () => {
    const { decisions, chosen } = selectSeries([T1, T2], ['sagittal-t2']);
    expect([...chosen.keys()]).toEqual(['sagittal-t2']);
    expect(decisions[0]).toMatchObject({ role: 'sagittal-t1', chosen: false });
    expect(decisions[0]!.reasons.map(inWords).join()).toContain('the model does not use it');
  });
});

describe('frames of reference', () => {
  const elsewhere = { '00200052': element('UI', '2.25.77') };
  test('all series chosen share the one in which most roles can be filled', () => {
    const strayT2 = candidate('2.25.40', 'sagittal-t2', elsewhere, { slices: 40, spacingMm: 2 });
    expect(chosenUids([strayT2, T1, T2, AXIAL])['sagittal-t2']).toEqual(['2.25.2']);
    expect(decisionOn(strayT2).words).toContain('lies in another frame of reference');
  });

  test('a role there only in another frame of reference is missing, and why is said', () => {
    const strayAxial = candidate('2.25.41', 'axial-t2', elsewhere);
    const selection = selectSeries([T1, T2, strayAxial], ALL);
    expect(selection.missing).toEqual(['axial-t2']);
    expect(selection.reasons.map(inWords)).toEqual([
      'axial T2 is there (series 41) but lies in another frame of reference than the other series, and is not used',
    ]);
  });
});
