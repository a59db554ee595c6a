import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER_KINDS, startTestLedger, type TestLedger } from '../../test/support/ledger-databases.ts';
import { someStudy } from '../../test/support/ledger-sample.ts';
import { GRADES, type Grade } from '../domain/grade.ts';
import type { ShadowOutcome } from '../domain/pack-agreement.ts';
import type { ComparedStudy, ComparedTarget, PackName, Said } from './compared-study.ts';
import { agreementFigures, shadowComparison } from './shadow-comparison.ts';
import { type ShadowStore, shadowStore } from './shadow-store.ts';

const cells = (matrix: readonly (readonly number[])[]) =>
  matrix.flatMap((counts, serving) =>
    counts.map((count, shadow) => ({
      serving,
      shadow,
      count,
      sumServing: 0.5 * count,
      sumShadow: 0.25 * count,
    })),
  );

describe('agreementFigures', () => {
  test('of ten targets, counted by hand', () => {
    // Σ d²·observed = 3; rows 5, 3, 2 and columns 5, 4, 1 give Σ d²·expected = (20 + 15 + 3 + 8 + 4·(5 + 10)) / 10 = 10.6.
    const figures = agreementFigures([
      ...cells([
        [4, 1, 0],
        [1, 2, 0],
        [0, 1, 1],
      ]),
      { serving: 2, shadow: null, count: 3, sumServing: 3, sumShadow: 0 },
      { serving: null, shadow: 1, count: 2, sumServing: 0, sumShadow: 2 },
    ]);
    expect(figures).toMatchObject({ targets: 10, onlyServing: 3, onlyShadow: 2, agreement: 0.7 });
    expect(figures.quadraticKappa).toBeCloseTo(1 - 3 / 10.6, 12);
    // What one pack alone graded is no part of the means.
    expect(figures.meanModerateOrWorse).toEqual({ serving: 0.5, shadow: 0.25 });
  });

  test('of one grade only, kappa cannot be told; of nothing, nothing can', () => {
    const alike = agreementFigures(cells([[7]]));
    expect([alike.agreement, alike.quadraticKappa]).toEqual([1, null]);
    expect(agreementFigures([])).toMatchObject({
      targets: 0,
      agreement: null,
      quadraticKappa: null,
      meanModerateOrWorse: { serving: null, shadow: null },
    });
  });
});

const pack = (name: string): PackName => ({ name, version: '1.0.0', packSha256: name.repeat(8) });
const [SERVING, SHADOW, CANARY] = [pack('serving-'), pack('shadow--'), pack('canary--')];

function said(grade: Grade | null): Said | null {
  if (grade === null) return null;
  const probabilities = GRADES.map((each) => (each === grade ? 0.8 : 0.1)) as [number, number, number];
  return { grade, probabilities };
}
const target = (serving: Grade | null, shadow: Grade | null): ComparedTarget => ({
  condition: 'subarticular_stenosis',
  side: 'left',
  level: 'L4/L5',
  serving: said(serving),
  shadow: said(shadow),
});
const compared = (
  targets: readonly ComparedTarget[],
  { study = someStudy(), serving = SERVING, outcome = 'compared' as ShadowOutcome, shadowMs = 100 } = {},
): ComparedStudy => ({ study, serving, shadow: SHADOW, outcome, shadowMs, targets });

describe.each(LEDGER_KINDS)('what is kept, on %s', (kind) => {
  let ledger: TestLedger;
  let store: ShadowStore;
  beforeAll(async () => {
    ledger = await startTestLedger(kind);
    store = shadowStore(ledger.database);
  }, 180_000);
  afterAll(() => ledger.close());

  test('comes back in figures: a study once, pairs of packs apart, nothing from before', async () => {
    const before = new Date(Date.now() - 1000);
    const again = someStudy();
    await store.keep(compared([target('Severe', 'Normal/Mild')], { study: again }));
    await store.keep(compared([target('Severe', 'Severe'), target('Moderate', null)], { study: again }));
    await store.keep(compared([target('Normal/Mild', 'Moderate')], { shadowMs: 300 }));
    await store.keep(compared([], { outcome: 'ineligible-shadow', shadowMs: 50 }));
    await store.keep(compared([], { outcome: 'late', shadowMs: 900_000 }));
    await store.keep(compared([target('Moderate', 'Moderate')], { serving: CANARY }));
    const { pairs } = await shadowComparison(store, before);
    expect(pairs.map(({ serving, shadow }) => [serving, shadow])).toEqual([
      [SERVING, SHADOW],
      [CANARY, SHADOW],
    ]);
    const [first] = pairs;
    expect(first!.studies).toEqual({
      compared: 2,
      'ineligible-serving': 0,
      'ineligible-shadow': 1,
      'ineligible-both': 0,
      failed: 0,
      late: 1,
    });
    expect(first!.shadowMs).toEqual({ mean: 150, longest: 300 });
    expect(first!.conditions).toMatchObject([
      {
        condition: 'subarticular_stenosis',
        targets: 2,
        onlyServing: 1,
        onlyShadow: 0,
        matrix: [
          [0, 1, 0],
          [0, 0, 0],
          [0, 0, 1],
        ],
        agreement: 0.5,
        levels: [{ level: 'L4/L5', targets: 2 }],
      },
    ]);
    const { serving, shadow } = first!.conditions[0]!.meanModerateOrWorse;
    expect([serving, shadow]).toEqual([expect.closeTo(0.55, 9), expect.closeTo(0.9, 9)]);
    expect(Date.parse(first!.to)).toBeGreaterThanOrEqual(Date.parse(first!.from));
    const later = new Date(Date.now() + 60_000);
    expect(await shadowComparison(store, later)).toEqual({ since: later.toISOString(), pairs: [] });
  });
});
