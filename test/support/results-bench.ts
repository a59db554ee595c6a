import { afterAll, beforeAll, vi } from 'vitest';
import { studyAnalysis } from '../../src/analyze-study.ts';
import { inWords } from '../../src/domain/remark.ts';
import { RESULT_KINDS } from '../../src/domain/result-object.ts';
import { DEFAULT_STUDY_LIMITS } from '../../src/domain/study-limits.ts';
import type { StudyInstanceUid } from '../../src/domain/uid.ts';
import { loadModelPack } from '../../src/inference/pack/load-model-pack.ts';
import type { ModelPack } from '../../src/inference/pack/model-pack.ts';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { type DecoderPool, startDecoderPool } from '../../src/pixels/decoder-pool.ts';
import { memoryBudget } from '../../src/process/memory-budget.ts';
import type { AnalysisOutcome, AnalysisRun } from '../../src/results/analysis-outcome.ts';
import { sqlResultOutbox } from '../../src/results/sql-result-outbox.ts';
import { NO_RULES } from '../../src/series/rules/series-rules.ts';
import { reportToCompose } from '../../src/sr/report.fixture.ts';
import { instancesIn, storeAll } from './archive-client.ts';
import { startTestLedger, type TestLedger } from './ledger-databases.ts';
import { leftObjects } from './left-objects.ts';
import { phantomObjects } from './phantom-objects.ts';
import { startTestSite, type TestSite } from './test-site.ts';

const series = { number: 990, description: 'test' };
/** Every kind of result, each in a series of its own. */
export const PROFILE = {
  kinds: RESULT_KINDS,
  notAnalysed: true,
  series: {
    SR: series,
    SC: { ...series, number: 991 },
    KO: { ...series, number: 992 },
    SEG: { ...series, number: 993 },
  },
  observer: reportToCompose().observer,
};
const { signal } = new AbortController();

/** Studies of a test file graded into a real archive; what was made of them is left as leftObjects says. */
export function resultsBench() {
  // PixelMed alone takes 9 s a file on an idle machine.
  vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
  const left = leftObjects();
  let ledger: TestLedger;
  let site: TestSite;
  let decoders: DecoderPool;
  let pack: ModelPack;
  let phantom: readonly PhantomInstance[];

  beforeAll(async () => {
    ledger = await startTestLedger('embedded');
    site = await startTestSite();
    decoders = startDecoderPool();
    pack = await loadModelPack('models/default', { preferred: ['cpu'], required: true }, 1);
    phantom = phantomObjects(21);
  });
  afterAll(async () => {
    await pack?.close();
    await decoders?.close();
    await site?.close();
    await ledger?.close();
    left.close();
  });

  async function analyse(
    study: StudyInstanceUid,
    by: ModelPack = pack,
    changes = {},
    at: { readonly in?: TestLedger; readonly now?: Date; readonly asked?: AnalysisRun['asked'] } = {},
  ): Promise<AnalysisOutcome> {
    const outbox = sqlResultOutbox((at.in ?? ledger).database);
    const now = () => at.now ?? new Date();
    const parts = { archive: site.archive, decode: decoders.decode, pack: by, outbox, now };
    const memory = memoryBudget(DEFAULT_STUDY_LIMITS.maxMemoryBytes);
    const limits = { limits: DEFAULT_STUDY_LIMITS, rules: NO_RULES, memory };
    const run = studyAnalysis({ ...parts, ...limits, profile: { ...PROFILE, ...changes } });
    const asked = at.asked && { asked: at.asked };
    const outcome = await run(study, { signal, observe: (_, work) => work(), ...asked });
    if (outcome.kind === 'stored') left.leave(outcome.results, outcome.graded);
    else if (outcome.notice !== undefined) left.leave(outcome.notice, null);
    return outcome;
  }

  return {
    left,
    get site() {
      return site;
    },
    /** Of ledger and outbox. */
    get database() {
      return ledger.database;
    },
    get pack() {
      return pack;
    },
    /** The images of a study that can be graded. */
    get phantom() {
      return phantom;
    },
    /** @param changes of PROFILE. */
    analyse,
    /** @throws when the study was not graded. */
    async graded(study: StudyInstanceUid, by: ModelPack = pack) {
      const outcome = await analyse(study, by);
      if (outcome.kind !== 'stored') throw new Error(outcome.reasons.map(inWords).join('; '));
      return outcome;
    },
    async send(images: readonly PhantomInstance[]): Promise<void> {
      await storeAll(site.archive, images);
      left.leaveImages(images);
    },
    /** The objects of the study that are no images of the scanner. */
    async inStudy(study: StudyInstanceUid) {
      const instances = await instancesIn(site.orthanc.dicomWebUrl, study);
      return instances.filter(({ modality }) => modality !== 'MR');
    },
  };
}
