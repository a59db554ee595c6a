import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { recordingEvents } from '../../test/support/ledger-events.ts';
import { someStudy } from '../../test/support/ledger-sample.ts';
import { renderedPhantom } from '../../test/support/rendered-phantom.ts';
import type { Ineligible } from '../domain/ineligible.ts';
import { ineligible } from '../domain/ineligible.ts';
import { remark } from '../domain/remark.ts';
import { type Grading, grade } from '../inference/grade.ts';
import type { ModelRunner } from '../inference/network/model-runner.ts';
import { loadModelPack } from '../inference/pack/load-model-pack.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import type { ComparedStudy } from './compared-study.ts';
import { type ServedStudy, shadowGrader } from './shadow-grader.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { volumes } = renderedPhantom(3, { family: 'demo' });
const NOT_FOUND = ineligible(remark('discs-not-found', { levels: ['L1/L2'] } as never));
let pack: ModelPack;
let graded: Grading;
beforeAll(async () => {
  pack = await loadModelPack('models/default', { preferred: ['cpu'], required: true }, 2);
  graded = (await grade(pack, volumes)) as Grading;
});
afterAll(() => pack.close());

let kept: ComparedStudy[];
let recorded: ReturnType<typeof recordingEvents>;
beforeEach(() => {
  kept = [];
  recorded = recordingEvents();
});

/** The same networks as another pack, of which the localiser does what it is told. */
function shadowBy(run?: ModelRunner['run'], changes: Partial<ModelPack> = {}, keep = async () => {}) {
  const algorithm = { ...pack.algorithm, name: 'another', packSha256: 'ab'.repeat(32) };
  const localiser = run === undefined ? pack.localiser : { ...pack.localiser, run };
  return shadowGrader({
    pack: { ...pack, sha256: algorithm.packSha256, algorithm, localiser, ...changes },
    store: {
      async keep(compared) {
        await keep();
        kept.push(compared);
      },
    },
    events: recorded.events,
    atMost: 1,
  });
}
const served = (grading: Grading | Ineligible = graded): ServedStudy => ({
  study: someStudy(),
  volumes,
  algorithm: pack.algorithm,
  grading,
});
const { signal: NEVER } = new AbortController();
const told = (event: string) => recorded.lines.filter((line) => line['event'] === event);
const metric = async (sample: string) =>
  (await recorded.registry.metrics()).split('\n').find((line) => line.startsWith(`${sample} `));

test('compares target by target, and counts by condition and level', async () => {
  const study = served();
  await shadowBy()(study, NEVER);
  expect(kept).toMatchObject([{ study: study.study, outcome: 'compared', targets: { length: 25 } }]);
  expect(kept[0]!.serving.packSha256).toBe(pack.sha256);
  expect(kept[0]!.shadow).toMatchObject({ name: 'another' });
  for (const { serving, shadow } of kept[0]!.targets) expect(shadow).toEqual(serving);
  const labels = 'condition="neural_foraminal_narrowing",level="L4/L5"';
  expect(await metric(`spinegrade_shadow_findings_total{${labels},agreement="same"}`)).toMatch(/ 2$/);
  expect(await metric('spinegrade_shadow_studies_total{outcome="compared"}')).toMatch(/ 1$/);
  expect(await metric('spinegrade_shadow_duration_seconds_count')).toMatch(/ 1$/);
  expect(told('shadow-compared')).toMatchObject([{ outcome: 'compared', same: 25, 'two-steps': 0 }]);
});

test.each([
  ['by the one that reports', NOT_FOUND, false, 'ineligible-serving'],
  ['by the shadow', null, true, 'ineligible-shadow'],
  ['by both', NOT_FOUND, true, 'ineligible-both'],
] as const)('a study that cannot be graded %s', async (_, serving, blind, outcome) => {
  const blank: ModelRunner['run'] = async (feeds) => {
    const answer = await pack.localiser.run(feeds);
    const dark = Object.entries(answer).map(([name, { dims, data }]) => [
      name,
      { dims, data: data.map(() => 0) },
    ]);
    return Object.fromEntries(dark);
  };
  await shadowBy(blind ? blank : undefined)(served(serving ?? graded), NEVER);
  expect(kept).toMatchObject([{ outcome, targets: [] }]);
  expect(told('shadow-compared')[0]!['reasons']).toHaveLength(blind ? 1 : 0);
});

test('a series that the shadow requires and the study lacks makes it ineligible', async () => {
  const manifest = { ...pack.manifest, requires: ['sagittal-t2', 'axial-t2'] as const };
  const { 'axial-t2': _, ...others } = volumes;
  await shadowBy(undefined, { manifest })({ ...served(), volumes: others }, NEVER);
  expect(kept).toMatchObject([{ outcome: 'ineligible-shadow' }]);
});

test('a fault of the shadow is told and kept, and thrown at nobody', async () => {
  await shadowBy(() => Promise.reject(new Error('network localiser.onnx: its thread has ended')))(
    served(),
    NEVER,
  );
  expect(kept).toMatchObject([{ outcome: 'failed', targets: [] }]);
  expect(told('shadow-compared')).toMatchObject([
    { outcome: 'failed', level: 40, fault: { message: expect.stringContaining('its thread has ended') } },
  ]);
  expect(await metric('spinegrade_shadow_studies_total{outcome="failed"}')).toMatch(/ 1$/);
});

test('what cannot be kept is told, and thrown at nobody', async () => {
  await shadowBy(undefined, {}, () => Promise.reject(new Error('the database is away')))(served(), NEVER);
  expect(told('shadow-lost')).toMatchObject([{ loss: 'not-kept' }]);
});

describe('a shadow that hangs', () => {
  test('is late when the time is over; volumes are its own until it answers, and no other study is begun', async () => {
    const [time, begun] = [new AbortController(), Promise.withResolvers<void>()];
    const answer = Promise.withResolvers<never>();
    const shadow = shadowBy(() => {
      begun.resolve();
      return answer.promise;
    });
    let ended = false;
    const first = shadow(served(), time.signal).finally(() => {
      ended = true;
    });
    await begun.promise;
    time.abort(new DOMException('', 'TimeoutError'));
    await vi.waitFor(() => expect(kept).toMatchObject([{ outcome: 'late' }]));
    await shadow(served(), NEVER);
    expect(told('shadow-lost')).toMatchObject([{ loss: 'skipped' }]);
    await delay(20);
    expect(ended).toBe(false);
    answer.reject(new Error('at last'));
    await first;
    expect(kept).toHaveLength(1);
    await shadow(served(), NEVER);
    expect(kept.map(({ outcome }) => outcome)).toEqual(['late', 'failed']);
  });

  test('is let be when the process stops: nothing is kept, and no further stage begins', async () => {
    const [stop, begun] = [new AbortController(), Promise.withResolvers<void>()];
    const goOn = Promise.withResolvers<void>();
    const classified = vi.fn(pack.classifiers[0]!.run);
    const shadow = shadowBy(
      async (feeds) => {
        begun.resolve();
        await goOn.promise;
        return pack.localiser.run(feeds);
      },
      { classifiers: pack.classifiers.map((runner) => ({ ...runner, run: classified })) },
    );
    const done = shadow(served(), stop.signal);
    await begun.promise;
    stop.abort();
    await vi.waitFor(() => expect(told('shadow-lost')).toMatchObject([{ loss: 'stopped' }]));
    goOn.resolve();
    await done;
    expect(classified).not.toHaveBeenCalled();
    expect(kept).toEqual([]);
  });
});

test('a pack is not compared with itself', async () => {
  const { sha256, algorithm } = pack;
  await shadowBy(undefined, { sha256, algorithm })(served(), NEVER);
  expect([kept, recorded.lines]).toEqual([[], []]);
});
