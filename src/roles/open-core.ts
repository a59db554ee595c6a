import { randomBytes, randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import { databaseSize } from '../database/database-size.ts';
import { openBackupDoor } from '../database/embedded/backup-door.ts';
import type { BegunDatabase } from '../database/open-database.ts';
import type { Database } from '../database/sql.ts';
import type { Archive } from '../dicomweb/archive.ts';
import { type ArchiveGate, archiveGate } from '../dicomweb/archive-gate.ts';
import { openArchive } from '../dicomweb/open-archive.ts';
import { heldAgainstContract } from '../http/requests/held-against-contract.ts';
import type { PackDescription } from '../inference/pack/read-manifest.ts';
import { type JobBoard, openJobBoard } from '../jobs/job-board.ts';
import { LONGEST_DELAY_MS } from '../jobs/retry-delay.ts';
import { createEvents, type Events } from '../observe/events/events.ts';
import { uidWriter } from '../observe/pseudonymise.ts';
import { openTraces } from '../observe/traces/open-traces.ts';
import { startDecoderPool } from '../pixels/decoder-pool.ts';
import type { DecodeFrame } from '../pixels/encoded-frame.ts';
import type { ClosingStack } from '../process/closing-stack.ts';
import { diskSpace } from '../process/disk-space.ts';
import { type WorkInHand, workInHand } from '../process/work-in-hand.ts';
import { endsOfCredentials } from './ends-of-credentials.ts';
import { openAudit, type RecordAudit } from './open-audit.ts';
import { PROGRAM_VERSION } from './program-version.ts';
import { type Packs, readPacks } from './read-packs.ts';
import { type StudyTraces, studyTraces } from './study-traces.ts';

/** What is there before anything that is waited for is opened. */
export interface Ground {
  readonly config: Config;
  readonly registry: Registry;
  readonly events: Events;
  readonly traced: StudyTraces;
  readonly packs: Packs<PackDescription>;
  /** What every role listens with holds requests against it. */
  readonly contract: ReturnType<typeof heldAgainstContract>;
  /** For what a role opens beside. */
  readonly closing: ClosingStack;
}

/** What every role stands on: nothing in it works, watches or listens, and no network is loaded. */
export interface Core extends Ground {
  readonly archive: Archive;
  /** The decoders' threads start with the first frame. */
  readonly decode: DecodeFrame;
  readonly database: Database;
  readonly board: JobBoard;
  readonly gate: ArchiveGate;
  /** Into the audit log. */
  readonly record: RecordAudit;
  readonly hand: WorkInHand;
  /** Aborted when the process is to take no new work. */
  readonly stopping: AbortController;
}

/** Silence of a process after which another takes its jobs over. */
const HEARTBEAT_SECONDS = 30;

/** @throws ModelPackError and the like: the service cannot start, and says why. */
export async function openGround(config: Config, closing: ClosingStack): Promise<Ground> {
  const registry = new Registry();
  // Begun first: it is read and compiled while the rest opens, on a thread of its own.
  const contract = heldAgainstContract();
  const { events, traced } = await openEvents(config, registry, closing);
  return { config, registry, events, traced, packs: await readPacks(config), contract, closing };
}

/**
 * Opens what the roles of a process share; it ends with the ground.
 * @throws FolderInUseError and the like: the service cannot start, and says why.
 */
export async function openCore(ground: Ground, begun: BegunDatabase): Promise<Core> {
  const { config, events, traced, closing } = ground;
  const archive = openArchive(config, {
    onWay: events.archiveWayFound,
    onPassedOver: events.passedOver,
    onExchange(exchange) {
      events.archiveAsked(exchange);
      traced.archiveAsked(exchange);
    },
    onCertificate: events.archiveCertificateSeen,
  });
  closing.add(() => archive.close());
  const decoders = startDecoderPool(config.decoding);
  closing.add(() => decoders.close());
  begun.faults.tell((error) => events.databaseFault(error));
  begun.mended.tell((count) => events.dataFilesClosed(count));
  const database = await begun.opened;
  const record = openAudit(config.access, database, events, closing);
  events.watchStorage({
    disk: database.kind === 'embedded' ? () => diskSpace(config.dataDir) : null,
    databaseBytes: () => databaseSize(database),
  });
  events.watchCredentials(endsOfCredentials(config, database));
  const door = await openBackupDoor(config.dataDir, database);
  closing.add(() => door.close());
  const gate = archiveGate({ archive, onChange: events.archiveAway });
  closing.add(() => gate.close());
  const board = await openJobBoard(database, events, {
    longestDelaySeconds: Math.max(config.jobs.retryDelayMs, LONGEST_DELAY_MS) / 1000,
    heartbeatSeconds: HEARTBEAT_SECONDS,
  });
  closing.add(() => board.close());
  return {
    ...ground,
    archive,
    decode: decoders.decode,
    database,
    board,
    gate,
    record,
    hand: workInHand(),
    stopping: new AbortController(),
  };
}

/** What is told of the work: log lines, metrics and spans, all with the same names for studies. */
async function openEvents(config: Config, registry: Registry, closing: ClosingStack) {
  const { level, studyUids, pseudonymKey } = config.log;
  const key = pseudonymKey?.reveal() ?? randomBytes(32);
  const itself = {
    'service.version': PROGRAM_VERSION,
    'service.instance.id': randomUUID(),
    'spinegrade.role': config.role,
  };
  const traces = await openTraces(config.traces, itself, (spans, error) => events.tracesLost(spans, error));
  closing.add(() => traces.close());
  const traceIds = config.traces === null ? {} : { traceIds: traces.ids };
  const events = createEvents({ logLevel: level, registry, studyUids, pseudonymKey: key, ...traceIds });
  return { events, traced: studyTraces(traces, uidWriter(studyUids, key)) };
}
