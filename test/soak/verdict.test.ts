import { expect, test } from 'vitest';
import type { StudyInstanceUid } from '../../src/domain/uid.ts';
import { memoryGrowth } from './memory-growth.ts';
import type { WholeAnalysis } from './soak-api.ts';
import { ofCallbacks, ofStudy } from './verdict.ts';

const UID = '2.25.1' as StudyInstanceUid;
const graded = { uid: UID, reason: null, objects: [] };
const ineligible = { uid: UID, reason: 'no-sagittal-t2', objects: [] } as const;
const SR = { modality: 'SR', sopInstanceUid: '2.25.7' };
const OTHER_SR = { modality: 'SR', sopInstanceUid: '2.25.8' };

function analysis(state: string, more: Partial<WholeAnalysis> = {}): WholeAnalysis {
  const objects = state === 'stored' ? [{ kind: 'SR', sopInstanceUid: SR.sopInstanceUid }] : [];
  const rest = { forced: false, attempts: 1, failure: null, reasonCodes: [], objects };
  return { id: 'one', studyInstanceUid: UID, state, ...rest, ...more };
}
const anew = { forced: true, objects: [{ kind: 'SR', sopInstanceUid: OTHER_SR.sopInstanceUid }] };

test('what a study may come to', () => {
  expect(ofStudy(graded, [analysis('stored'), analysis('cancelled')], [SR])).toEqual([]);
  expect(ofStudy(graded, [analysis('stored', anew), analysis('stored')], [SR, OTHER_SR])).toEqual([]);
  expect(ofStudy(ineligible, [analysis('ineligible', { reasonCodes: ['no-sagittal-t2'] })], [])).toEqual([]);
});

test.each([
  ['no result', graded, [analysis('failed')], []],
  ['a report that is not in the archive', graded, [analysis('stored')], []],
  ['a report that nobody knows of', graded, [analysis('stored')], [SR, OTHER_SR]],
  [
    'a second report that nobody asked for',
    graded,
    [analysis('stored'), analysis('stored', { ...anew, forced: false })],
    [SR, OTHER_SR],
  ],
  ['one that is left', graded, [analysis('running'), analysis('stored')], [SR]],
  ['another reason', ineligible, [analysis('ineligible', { reasonCodes: ['no-axial-t2'] })], []],
  ['no reason', ineligible, [], []],
  [
    'a report where there should be none',
    ineligible,
    [analysis('ineligible', { reasonCodes: ['no-sagittal-t2'] })],
    [SR],
  ],
] as const)('what a study may not come to: %s', (_, study, own, results) => {
  expect(ofStudy(study, own, results)).not.toEqual([]);
});

test.each([
  ['once', ['a'], ['stored'], 0],
  ['under two ids', ['a', 'b'], ['stored'], 1],
  ['of another end', ['a'], ['failed'], 1],
  ['never', [], [], 1],
])('an analysis that was told of %s', (_, ids, states, wrong) => {
  const told = new Map(ids.length === 0 ? [] : [['one', { ids: new Set(ids), states: new Set(states) }]]);
  const found = ofCallbacks([analysis('stored')], { refused: 0, byAnalysis: () => told });
  expect(found).toHaveLength(wrong);
});

test('memory that grows is told from memory that warms up', () => {
  const grown = (lastMib: number) =>
    memoryGrowth(
      Array.from({ length: 30 }, (_, i) => ({ slot: 'worker', pid: 7, at: i, mib: i < 15 ? 400 : lastMib })),
    );
  expect(grown(550)).toMatchObject([{ firstMib: 400, lastMib: 550, isFlat: true }]);
  expect(grown(600)).toMatchObject([{ isFlat: false }]);
});
