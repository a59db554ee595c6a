import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AnalysisParts, studyAnalysis } from '../src/analyze-study.ts';
import type { ResultKind } from '../src/domain/result-object.ts';
import type { Stage } from '../src/domain/stage.ts';
import { DEFAULT_STUDY_LIMITS } from '../src/domain/study-limits.ts';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { loadModelPack } from '../src/inference/pack/load-model-pack.ts';
import type { ModelPack } from '../src/inference/pack/model-pack.ts';
import type { PhantomInstance } from '../src/phantom/dicom/phantom-instance.ts';
import { decodeFrame } from '../src/pixels/decode-frame.ts';
import { memoryBudget } from '../src/process/memory-budget.ts';
import type { AnalysisRun } from '../src/results/analysis-outcome.ts';
import { sqlResultOutbox } from '../src/results/sql-result-outbox.ts';
import { NO_RULES } from '../src/series/rules/series-rules.ts';
import type { ServedStudy } from '../src/shadow/shadow-grader.ts';
import { reportToCompose } from '../src/sr/report.fixture.ts';
import { storeAll } from './support/archive-client.ts';
import { startTestLedger, type TestLedger } from './support/ledger-databases.ts';
import { asAnotherStudy, phantomObjects } from './support/phantom-objects.ts';
import { startTestSite, type TestSite } from './support/test-site.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 });

const series = { number: 990, description: 'test' };
let ledger: TestLedger;
let site: TestSite;
let pack: ModelPack;
let whole: StudyInstanceUid;
let withoutT2: StudyInstanceUid;

beforeAll(async () => {
  ledger = await startTestLedger('embedded');
  site = await startTestSite();
  pack = await loadModelPack('models/default', { preferred: ['cpu'], required: true }, 2);
  const phantom = phantomObjects(21);
  const part = asAnotherStudy(
    phantom.filter(({ role }) => role !== 'sagittal-t2'),
    1,
  );
  await storeAll(site.archive, phantom);
  await storeAll(site.archive, part);
  whole = studyOf(phantom);
  withoutT2 = studyOf(part);
});
afterAll(async () => {
  await pack?.close();
  await site?.close();
  await ledger?.close();
});

const studyOf = ([first]: readonly PhantomInstance[]) => first!.studyInstanceUid as StudyInstanceUid;

/** The same networks under another name. */
const anotherPack = (serial: number) => ({ ...pack, sha256: String(serial).repeat(64) });

/** The same part; whatever is called outside every stage is named in `outside`. */
function watched<Part extends object>(part: Part, isInStage: () => boolean, outside: string[]): Part {
  return new Proxy(part, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (!isInStage()) outside.push(String(name));
        return (member as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

async function analyse(
  study: StudyInstanceUid,
  kinds: readonly ResultKind[],
  changes: Partial<AnalysisParts> = {},
  conclude?: AnalysisRun['conclude'],
) {
  const stages: Stage[] = [];
  const outside: string[] = [];
  let running: Stage | null = null;
  const isInStage = () => running !== null;
  const observer = reportToCompose().observer;
  const analysis = studyAnalysis({
    archive: watched(site.archive, isInStage, outside),
    decode: decodeFrame,
    pack: {
      ...pack,
      localiser: watched(pack.localiser, isInStage, outside),
      classifiers: pack.classifiers.map((runner) => watched(runner, isInStage, outside)),
    },
    outbox: watched(sqlResultOutbox(ledger.database), isInStage, outside),
    profile: {
      kinds,
      notAnalysed: true,
      series: { SR: series, SC: series, KO: series, SEG: series },
      observer,
    },
    now: () => new Date(),
    limits: DEFAULT_STUDY_LIMITS,
    rules: NO_RULES,
    memory: memoryBudget(DEFAULT_STUDY_LIMITS.maxMemoryBytes),
    ...changes,
  });
  const outcome = analysis(study, {
    signal: new AbortController().signal,
    ...(conclude && { conclude }),
    async observe(stage, run) {
      if (running !== null) throw new Error(`${stage} within ${running}`);
      stages.push(stage);
      running = stage;
      const result = await run();
      running = null;
      return result;
    },
  });
  return { outcome: await outcome.catch((fault: unknown) => fault), stages, outside, last: () => running };
}

test.each([
  [
    'a new study',
    () => whole,
    ['SR'],
    ['select', 'fetch', 'localise', 'crop', 'classify', 'report', 'store'],
  ],
  ['the same again', () => whole, ['SR'], ['select', 'store']],
  ['the same, of which more is wanted', () => whole, ['SR', 'SC'], ['select', 'fetch', 'report', 'store']],
  ['a study without sagittal T2', () => withoutT2, ['SR'], ['select', 'report', 'store']],
] as const)('%s: one stage after the other, and no wait outside of them', async (_, study, kinds, stages) => {
  const run = await analyse(study(), kinds);
  expect(run.outcome).toMatchObject({ kind: study() === whole ? 'stored' : 'ineligible' });
  expect(run.stages).toEqual(stages);
  expect(run.outside).toEqual([]);
});

test('a ledger that cannot be read is a fault of the stage that asked it', async () => {
  const fault = new Error('the database is away');
  const outbox = { ...sqlResultOutbox(ledger.database), latest: () => Promise.reject(fault) };
  const run = await analyse(whole, ['SR'], { outbox });
  expect(run.outcome).toBe(fault);
  expect(run.last()).toBe('select');
});

test('the memory of the images is held from before the fetch to the end, however it ends', async () => {
  const held: number[] = [];
  const memory = memoryBudget(DEFAULT_STUDY_LIMITS.maxMemoryBytes);
  const localiser = {
    ...pack.localiser,
    run: async (...input: Parameters<typeof pack.localiser.run>) => {
      held.push(memory.heldBytes);
      return pack.localiser.run(...input);
    },
  };
  const stored = await analyse(whole, ['SR'], { memory, pack: { ...anotherPack(4), localiser } });
  expect(stored.outcome).toMatchObject({ kind: 'stored' });
  expect(held[0]).toBeGreaterThan(1_000_000);
  const fault = new Error('the network broke');
  const broken = { ...localiser, run: () => Promise.reject(fault) };
  const failed = await analyse(whole, ['SR'], { memory, pack: { ...anotherPack(5), localiser: broken } });
  expect(failed.outcome).toBe(fault);
  expect(memory.heldBytes).toBe(0);

  // Another study has all of it.
  const release = await memory.hold(memory.limitBytes, new AbortController().signal);
  const waiting = analyse(whole, ['SR'], { memory, pack: { ...anotherPack(6), localiser } });
  await vi.waitUntil(() => memory.waiting === 1, { timeout: 30_000 });
  expect(held).toHaveLength(1);
  release();
  expect((await waiting).outcome).toMatchObject({ kind: 'stored' });
  expect([held.length, memory.heldBytes]).toEqual([2, 0]);
});

describe('a shadow', () => {
  /** Of one run: what happened in which order. */
  async function run(
    study: StudyInstanceUid,
    { concludes = true, changes = {} as Partial<AnalysisParts> } = {},
  ) {
    const order: string[] = [];
    const seen: ServedStudy[] = [];
    const lengths = async () => {
      const slices = Object.values(seen[0]?.volumes ?? {}).flatMap(({ slices }) => slices);
      const pixels = await Promise.all(slices.map((slice) => slice.pixels()));
      return pixels.map(({ length }) => length);
    };
    const { outcome } = await analyse(
      study,
      ['SR'],
      {
        async shadow(served) {
          order.push('shadow');
          seen.push(served);
          expect(Math.min(...(await lengths()))).toBeGreaterThan(0);
        },
        ...changes,
      },
      async ({ kind }) => {
        order.push(kind);
        if (!concludes) throw new Error('the database is away');
        return new AbortController().signal;
      },
    );
    return { outcome, order, seen, lengths };
  }

  test('is shown a study that was graded, once its outcome is told; then the memory is given back', async () => {
    const { outcome, order, seen, lengths } = await run(whole, { changes: { pack: anotherPack(1) } });
    expect(outcome).toMatchObject({ kind: 'stored' });
    expect(order).toEqual(['stored', 'shadow']);
    expect(seen[0]).toMatchObject({ study: whole, grading: { kind: 'graded' } });
    expect(Math.max(...(await lengths()))).toBe(0);
    // Known from now on, and not graded again.
    expect((await run(whole, { changes: { pack: anotherPack(1) } })).order).toEqual([]);
  });

  test('is shown one that the networks could not grade, and none that came to no network', async () => {
    const blind = { ...pack.manifest.localiser, minConfidence: 1.01 };
    const manifest = { ...pack.manifest, localiser: blind };
    const { outcome, order, seen } = await run(whole, { changes: { pack: { ...anotherPack(2), manifest } } });
    expect(outcome).toMatchObject({ kind: 'ineligible' });
    expect(order).toEqual(['ineligible', 'shadow']);
    expect(seen[0]).toMatchObject({ grading: { kind: 'ineligible' } });
    expect((await run(withoutT2)).order).toEqual([]);
  });

  test('follows nothing that could not be written down', async () => {
    const { order } = await run(whole, { concludes: false, changes: { pack: anotherPack(3) } });
    expect(order).toEqual(['stored']);
  });
});
