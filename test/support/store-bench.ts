import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { dicomWebArchive } from '../../src/dicomweb/dicomweb-archive.ts';
import type { ResultKind } from '../../src/domain/result-object.ts';
import { objectDifferences } from '../../src/results/object-differences.ts';
import { parseObject, text } from '../../src/results/parsed-object.ts';
import type { KeptResults, ResultOutbox } from '../../src/results/result-outbox.ts';
import { resultUids } from '../../src/results/result-uids.ts';
import { sqlResultOutbox } from '../../src/results/sql-result-outbox.ts';
import { storeResults } from '../../src/results/store-results.ts';
import { composeReport } from '../../src/sr/encode/encode-report.ts';
import { composeKeyObjects } from '../../src/sr/encode/key-object-selection.ts';
import { reportToCompose, STUDY_UID } from '../../src/sr/report.fixture.ts';
import { startTestLedger, type TestLedger } from './ledger-databases.ts';
import { type StowServer, stowServer } from './stow-server.ts';

/** Results kept and yet to be stored, fresh for each test, and a server to store them on; called where tests are declared. */
export function storeBench() {
  let ledger: TestLedger;
  let outbox: ResultOutbox;
  let server: StowServer;
  let archive: ReturnType<typeof dicomWebArchive>;
  let results: KeptResults;
  let turn = 0;

  beforeAll(async () => {
    ledger = await startTestLedger('embedded');
    outbox = sqlResultOutbox(ledger.database);
  }, 120_000);
  afterAll(() => ledger.close());
  beforeEach(async () => {
    server = await stowServer((bytes) => text(parseObject(bytes), 'SOPInstanceUID'));
    archive = dicomWebArchive({
      url: server.dicomWebUrl,
      retry: { attempts: 2, firstDelayMs: 1, maxDelayMs: 1 },
    });
    results = await outbox.keep(composed(++turn));
  });
  afterEach(async () => {
    await archive.close();
    await server.close();
  });
  return {
    get server() {
      return server;
    },
    get outbox() {
      return outbox;
    },
    get results() {
      return results;
    },
    /** From here on the results are what the outbox holds. */
    async readAgain(): Promise<void> {
      results = (await outbox.find(results.analysisKey))!;
    },
    store: () => storeResults({ archive, outbox, differences: objectDifferences }, results),
    uids: () => results.objects.map(({ sopInstanceUid }) => sopInstanceUid),
    keptNow: async () => (await outbox.find(results.analysisKey))!.objects,
  };
}

/** Bytes by their digest: what differs is then told in a line. */
export function named(objects: KeptResults['objects']) {
  return objects.map((object) => ({
    ...object,
    bytes: createHash('sha256').update(object.bytes!).digest('hex'),
  }));
}

/** A report and a key object selection of one study. */
function composed(serial: number) {
  const identity = (kind: ResultKind) => resultUids(kind, `key ${serial}`);
  const sr = reportToCompose(identity('SR'));
  const ko = reportToCompose(identity('KO'));
  return {
    analysisKey: `key ${serial}`,
    studyInstanceUid: STUDY_UID,
    graded: sr.graded,
    predecessors: [],
    objects: [
      { kind: 'SR' as const, ...identity('SR'), bytes: composeReport(sr).bytes },
      { kind: 'KO' as const, ...identity('KO'), bytes: composeKeyObjects(ko, ko.graded)! },
    ],
  };
}
