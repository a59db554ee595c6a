import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DicomJson } from '../src/dicom/json/dicom-json.ts';
import { ArchiveError, type SeriesSummary } from '../src/dicomweb/archive.ts';
import { upsWorklist } from '../src/dicomweb/ups/ups-worklist.ts';
import type { Worklist } from '../src/dicomweb/ups/worklist.ts';
import type { SeriesInstanceUid, StudyInstanceUid } from '../src/domain/uid.ts';
import { codesIn, items } from '../src/worklist/coded.ts';
import { type Hints, performSteps } from '../src/worklist/perform-steps.ts';
import type { WorklistEvent } from '../src/worklist/performer-deps.ts';
import { sqlClaimStore } from '../src/worklist/sql-claim-store.ts';
import { TAGS } from '../src/worklist/workitem-tags.ts';
import { LEDGER_KINDS } from './support/ledger-databases.ts';
import { someStudy } from './support/ledger-sample.ts';
import { queueForEachTest } from './support/queue-bench.ts';
import { until } from './support/service-client.ts';
import { startUpsServer, type UpsServer, type UpsServerWays } from './support/ups-server.ts';
import { CODE, coded, type StepOptions, workitem } from './support/workitems.ts';

/** The performer's seconds pass so much faster. */
const FASTER = 50;

describe.each(LEDGER_KINDS)('steps of a worklist, performed over a ledger on %s', (kind) => {
  const bench = queueForEachTest(kind);
  let ups: UpsServer;
  let worklist: Worklist;
  let events: WorklistEvent[];
  let stop: AbortController;
  let performing: Promise<void>;
  let hints: Hints;
  let serial = 0;
  /** Of every study in the archive. */
  let inArchive: readonly Pick<SeriesSummary, 'seriesInstanceUid' | 'modality'>[];

  function perform(mostClaims = 4): void {
    stop = new AbortController();
    hints = { changed: false, cancels: new Set() };
    performing = performSteps(
      {
        worklist,
        store: sqlClaimStore(bench.database, (write) => bench.database.transaction(write)),
        findSeries: async () => inArchive as readonly SeriesSummary[],
        analyses: {
          submit: async (study, request) => (await bench.queue.submit(study, 'worklist', { request })).id,
          find: (id) => bench.queue.find(id),
          cancel: (id) => bench.queue.steering.cancel(id).catch(() => undefined),
        },
        clock: {
          now: () => new Date(),
          elapsedMs: () => performance.now() * FASTER,
          sleep: (ms, signal) => delay(ms / FASTER, undefined, { signal }),
        },
        newUid: () => `2.25.9${(Math.random() * 1e15).toFixed(0)}`,
        onEvent: (event) => events.push(event),
      },
      {
        which: { code: CODE, label: null, station: null },
        station: { value: 'US', scheme: '99TEST', meaning: 'us' },
        pollMs: 1_000,
        maxBackoffMs: 4_000,
        mostClaims,
        archiveUrl: 'http://archive.example/dicom-web',
        storesAt: 'http://archive.example/stow',
      },
      hints,
      stop.signal,
    );
  }

  beforeEach(async () => {
    await bench.database.query('DELETE FROM spinegrade.worklist_claim');
    ups = await startUpsServer();
    worklist = upsWorklist({ url: ups.url });
    events = [];
    inArchive = [];
  });
  afterEach(async () => {
    stop.abort();
    await performing;
    await worklist.close();
    await ups.close();
  });

  function scheduled(options: StepOptions): string {
    serial += 1;
    const uid = `2.25.71${serial}`;
    ups.create(uid, workitem(options));
    return uid;
  }
  const become = (step: string, state: string) => until(`${step} ${state}`, () => ups.state(step) === state);
  const reasonsOf = (step: string) =>
    codesIn(items(ups.step(step), TAGS.progressInformation)[0] ?? {}, TAGS.discontinuationReason).map(
      ({ value }) => value,
    );
  const ends = () => events.flatMap((event) => (event.kind === 'step-ended' ? [event.outcome] : []));
  /** Lets everything that was put off begin now. */
  const hasten = () => bench.database.query(`UPDATE spinegrade.worklist_claim SET due_at = now()`);

  test('no more are claimed than may be held, the urgent ones first', async () => {
    const low = scheduled({ study: someStudy(), priority: 'LOW' });
    const medium = scheduled({ study: someStudy() });
    const high = scheduled({ study: someStudy(), priority: 'HIGH' });
    perform(2);
    await become(medium, 'IN PROGRESS');
    await until('three polls', () => events.filter((event) => event.kind === 'polled').length > 3);
    expect([low, medium, high].map(ups.state)).toEqual(['SCHEDULED', 'IN PROGRESS', 'IN PROGRESS']);
    await bench.queue.work(bench.storing);
    for (const step of [high, medium, low]) await become(step, 'COMPLETED');
    await until('all of them to be noted', () => ends().length === 3);
    expect(ends()).toEqual(['completed', 'completed', 'completed']);
  }, 60_000);

  test('a step whose end the worklist cannot be told keeps nobody from the next', async () => {
    const study = someStudy();
    const [first, second] = [scheduled({ study, priority: 'HIGH' }), scheduled({ study: someStudy() })];
    perform(1);
    await until('the first to be asked for', async () => (await bench.queue.ofStudy(study)).length > 0);
    ups.said.status = 500;
    ups.said.fails = (method, url) => method !== 'GET' && url.includes(`/workitems/${first}`);
    await bench.queue.work(bench.storing);
    await become(second, 'COMPLETED');
    expect(ups.state(first)).toBe('IN PROGRESS');
    ups.said.fails = () => false;
    await hasten();
    await become(first, 'COMPLETED');
  }, 60_000);

  test('a fault that passes is not the end, one that lasts is, by its code', async () => {
    const study = someStudy();
    const [passing, lasting] = [scheduled({ study }), scheduled({ study: someStudy() })];
    let fault: ArchiveError | null = new ArchiveError('away', { retryable: true });
    await bench.queue.work(async (each, run) => {
      if (each !== study) throw new ArchiveError('no', { retryable: false });
      if (fault !== null) throw fault;
      return bench.storing(each, run);
    });
    perform();
    await become(lasting, 'CANCELED');
    expect(reasonsOf(lasting)).toEqual(['110501', 'archive-fault']);
    await until(
      'its analysis to be given up',
      async () => (await bench.queue.ofStudy(study))[0]?.state === 'failed',
    );
    await until('its being put off', async () => {
      const { rows } = await bench.database.query(
        `SELECT FROM spinegrade.worklist_claim WHERE workitem_uid = $1 AND analysis_id IS NULL AND due_at > now()`,
        [passing],
      );
      return rows.length > 0;
    });
    expect(ups.state(passing)).toBe('IN PROGRESS');
    fault = null;
    await hasten();
    await become(passing, 'COMPLETED');
    expect(await bench.queue.ofStudy(study)).toHaveLength(2);
  }, 60_000);

  test('of two steps of one study one is asked to end: the analysis goes on for the other', async () => {
    const study = someStudy();
    const [first, second] = [scheduled({ study }), scheduled({ study })];
    perform();
    await until(
      'both submitted',
      () => events.filter((event) => event.kind === 'step-submitted').length === 2,
    );
    hints.cancels.add(first as never);
    await become(first, 'CANCELED');
    await bench.queue.work(bench.storing);
    await become(second, 'COMPLETED');
    expect(await bench.queue.ofStudy(study)).toMatchObject([{ state: 'stored' }]);
  }, 60_000);

  test('an analysis that somebody cancels cancels its step, by code', async () => {
    const study = someStudy();
    const step = scheduled({ study });
    perform();
    const { id } = await until('its analysis', async () => (await bench.queue.ofStudy(study))[0]);
    await bench.queue.steering.cancel(id);
    await become(step, 'CANCELED');
    expect(reasonsOf(step)).toEqual(['110513', 'analysis-cancelled']);
  }, 60_000);

  test('more than one study is too many', async () => {
    const input = items(workitem({ study: someStudy() }), TAGS.inputInformation);
    const more = items(workitem({ study: someStudy() }), TAGS.inputInformation);
    ups.create('2.25.7000', {
      ...workitem(),
      [TAGS.inputInformation]: { vr: 'SQ', Value: [...input, ...more] },
    });
    perform();
    await become('2.25.7000', 'CANCELED');
    expect(reasonsOf('2.25.7000')).toEqual(['110513', 'input-many-studies']);
  }, 60_000);

  test('results that belong elsewhere are not made: those of no place, and of ours among others, are', async () => {
    const stored = (...urls: readonly string[]): DicomJson => ({
      [TAGS.outputDestination]: {
        vr: 'SQ',
        Value: urls.map((url) => ({
          [TAGS.stowStorage]: { vr: 'SQ', Value: [{ [TAGS.storageUrl]: { vr: 'UR', Value: [url] } }] },
        })),
      },
    });
    const [cache, ours] = ['http://cache.example/dicom-web/studies', 'http://archive.example/stow/studies'];
    ups.create('2.25.7002', { ...workitem({ study: someStudy() }), ...stored(cache) });
    ups.create('2.25.7003', { ...workitem({ study: someStudy() }), ...stored(cache, ours) });
    ups.create('2.25.7004', { ...workitem({ study: someStudy() }), ...stored() });
    await bench.queue.work(bench.storing);
    perform();
    await become('2.25.7002', 'CANCELED');
    expect(reasonsOf('2.25.7002')).toEqual(['110530', 'output-elsewhere']);
    for (const step of ['2.25.7003', '2.25.7004']) await become(step, 'COMPLETED');
  }, 60_000);

  test('text beyond ASCII is told with its character set', async () => {
    const [plain, spanish] = [scheduled({ study: someStudy() }), '2.25.7001'];
    const code = { ...coded(CODE.value, CODE.scheme, 'Gradación lumbar') };
    ups.create(spanish, {
      ...workitem({ study: someStudy() }),
      [TAGS.workitemCode]: { vr: 'SQ', Value: [code] },
    });
    perform();
    await bench.queue.work(bench.storing);
    for (const step of [plain, spanish]) await become(step, 'COMPLETED');
    expect(ups.step(plain)[TAGS.characterSet]).toBeUndefined();
    expect(ups.step(spanish)[TAGS.characterSet]).toEqual({ vr: 'CS', Value: ['ISO_IR 192'] });
    const [performed] = items(ups.step(spanish), TAGS.performedProcedure);
    expect(codesIn(performed!, TAGS.performedWorkitemCode)[0]!.meaning).toBe('Gradación lumbar');
  }, 60_000);

  describe('input that lists series', () => {
    const [one, two, report] = ['2.25.11', '2.25.12', '2.25.13'] as [
      SeriesInstanceUid,
      SeriesInstanceUid,
      SeriesInstanceUid,
    ];
    beforeEach(() => {
      inArchive = [
        { seriesInstanceUid: one, modality: 'MR' },
        { seriesInstanceUid: two, modality: 'MR' },
        { seriesInstanceUid: report, modality: 'SR' },
      ];
    });
    const RESTRICTED = { '*': 'ignore', [one]: 'any' };
    const overrides = async (study: StudyInstanceUid) =>
      (await bench.queue.ofStudy(study)).map(({ seriesOverride }) => seriesOverride).reverse();
    const submitted = (count: number) =>
      until(
        'it to be submitted',
        () => events.filter(({ kind }) => kind === 'step-submitted').length >= count,
      );

    test('all images of the study restrict nothing: whoever asks for the study joins', async () => {
      const study = someStudy();
      await bench.queue.submit(study, 'watch');
      const step = scheduled({ study, series: [two, one] });
      perform();
      await submitted(1);
      await bench.queue.work(bench.storing);
      await become(step, 'COMPLETED');
      expect(await overrides(study)).toEqual([{}]);
    }, 60_000);

    test('one that is not there is too few, and nothing is asked for', async () => {
      const study = someStudy();
      const step = scheduled({ study, series: [one, '2.25.14'] });
      perform();
      await become(step, 'CANCELED');
      expect(reasonsOf(step)).toEqual(['110523', 'input-series-missing']);
      expect(await overrides(study)).toEqual([]);
    }, 60_000);

    test('some of it: the step waits for its turn while all of the study is analysed', async () => {
      const study = someStudy();
      await bench.queue.submit(study, 'watch');
      const steps = [scheduled({ study, series: [one] }), scheduled({ study, series: [one, report] })];
      perform();
      for (const step of steps) await become(step, 'IN PROGRESS');
      await bench.queue.work(bench.storing);
      await until('the whole', async () =>
        (await bench.queue.ofStudy(study)).every(({ finishedAt }) => finishedAt),
      );
      await hasten();
      for (const step of steps) await become(step, 'COMPLETED');
      expect((await overrides(study))[0]).toEqual({});
      expect((await overrides(study)).slice(1)).toContainEqual(RESTRICTED);
      expect(events.filter(({ kind }) => kind === 'step-failed')).toEqual([]);
    }, 60_000);

    test('steps that name the same share an analysis; the watcher has one of all after it; others wait', async () => {
      const study = someStudy();
      const steps = [scheduled({ study, series: [one] }), scheduled({ study, series: [one] })];
      perform();
      await submitted(2);
      expect(await overrides(study)).toEqual([RESTRICTED]);
      await expect(bench.queue.submit(study, 'api')).rejects.toMatchObject({ code: 'analysis-under-way' });
      expect(await bench.queue.submit(study, 'watch')).toMatchObject({ created: false });
      await bench.queue.work(bench.storing);
      for (const step of steps) await become(step, 'COMPLETED');
      await until('the other', async () => (await bench.queue.ofStudy(study)).length === 2);
      expect(await overrides(study)).toEqual([RESTRICTED, {}]);
    }, 60_000);

    test('a role that the step gives a series names that, too', async () => {
      const study = someStudy();
      const role: DicomJson = {
        '0040A040': { vr: 'CS', Value: ['UIDREF'] },
        [TAGS.conceptName]: { vr: 'SQ', Value: [coded('sagittal-t2', '99SPINEGRADE', 'Sagittal T2')] },
        [TAGS.uidValue]: { vr: 'UI', Value: [one] },
      };
      scheduled({ study, series: [report], parameters: [role] });
      perform();
      await submitted(1);
      expect(await overrides(study)).toEqual([{ '*': 'ignore', [one]: 'sagittal-t2' }]);
    }, 60_000);
  });

  test('a step that another claims in the same moment is left to it, and forgotten', async () => {
    const step = scheduled({ study: someStudy() });
    // Between what is found and the claim.
    ups.said.fails = (method) => {
      if (method === 'PUT' && ups.state(step) === 'SCHEDULED') ups.claim(step, '2.25.999');
      return false;
    };
    perform();
    await until('it to be left', () => events.some((event) => event.kind === 'step-taken'));
    const { rows } = await bench.database.query('SELECT FROM spinegrade.worklist_claim');
    expect(rows).toHaveLength(0);
    expect(items(ups.step(step), TAGS.performedProcedure)).toEqual([]);
  }, 60_000);

  test('a worklist that is away is asked again, and hears what it missed', async () => {
    const step = scheduled({ study: someStudy() });
    perform();
    await become(step, 'IN PROGRESS');
    ups.said.fails = () => true;
    await bench.queue.work(bench.storing);
    await until('a fault', () => events.some((event) => event.kind === 'poll-failed'));
    ups.said.fails = () => false;
    await hasten();
    await become(step, 'COMPLETED');
  }, 60_000);

  test('a worklist that takes nothing of a claimed step is given up in the end', async () => {
    const study = someStudy();
    const step = scheduled({ study });
    perform();
    await until('its submission', () => events.some((event) => event.kind === 'step-submitted'));
    // Whatever became of the Transaction UID there.
    ups.claim(step, '2.25.999');
    await bench.queue.work(bench.storing);
    await until('its being given up', async () => {
      await hasten();
      return ends().includes('given-up');
    });
    const end = events.find((event) => event.kind === 'step-ended');
    expect(end).toMatchObject({ outcome: 'given-up', codes: ['step-refused'] });
    expect((await bench.queue.ofStudy(study))[0]).toMatchObject({ state: 'stored' });
  }, 60_000);

  /** In place of the one that holds to the standard. */
  async function otherWays(ways: UpsServerWays): Promise<void> {
    await worklist.close();
    await ups.close();
    ups = await startUpsServer(ways);
    worklist = upsWorklist({ url: ups.url });
  }
  const LIKE_PY_UPS_RS: UpsServerWays = {
    updatesByPut: true,
    payload: 'alone',
    fallsOverArray: true,
    refusesKeys: 500,
    newUid: 'data-set',
  };

  test('a server of many ways of its own has its steps performed all the same', async () => {
    await otherWays(LIKE_PY_UPS_RS);
    const step = scheduled({ study: someStudy() });
    perform();
    await bench.queue.work(bench.storing);
    await become(step, 'COMPLETED');
    expect(items(ups.step(step), TAGS.performedProcedure)).toHaveLength(1);
    await until('its end', () => ends().length === 1);
    expect(ends()).toEqual(['completed']);
  }, 60_000);

  test('a step that is not claimed is not updated: a server may take that for a request to cancel it', async () => {
    await otherWays(LIKE_PY_UPS_RS);
    const step = scheduled({ study: someStudy() });
    worklist = { ...worklist, changeState: async () => 'refused' };
    perform();
    await until('it to be left', () => events.some((event) => event.kind === 'step-taken'));
    expect(ups.state(step)).toBe('SCHEDULED');
  }, 60_000);
});
