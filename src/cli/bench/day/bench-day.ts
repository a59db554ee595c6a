import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dicomWebArchive } from '../../../dicomweb/dicomweb-archive.ts';
import { phantomDicom } from '../../../phantom/dicom/phantom-dicom.ts';
import type { PhantomOptions } from '../../../phantom/phantom-options.ts';
import { phantomStudy } from '../../../phantom/phantom-study.ts';
import { type Analysis, analysesOf, isFinal } from '../../demo/follow-analysis.ts';
import { startPrivateOrthanc } from '../../demo/private-orthanc.ts';
import { startServiceProcess } from '../../demo/service-process.ts';
import { copiedStudy } from '../copied-study.ts';
import { residentMegabytes } from '../memory/resident-megabytes.ts';
import { processorMsOf } from '../start/process-usage.ts';
import { type Arrival, hospitalDay } from './hospital-day.ts';

const SEED = 1;
const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;
/** What the settings are by default, in the day's own time. */
const USUAL = { pollMs: 10_000, quietMs: MINUTE, longestWaitMs: 30 * MINUTE } as const;
const LEAST_POLL_MS = 100;
/** After the last arrival, for all that is left. */
const DRAIN_LIMIT_MS = 30 * MINUTE;
const LOOK_MS = 500;
/** Images of a study of another body part: what matters is that it is listed and looked at. */
const OTHER_IMAGES = 6;

/** A lumbar study of the day. */
export interface DayStudy {
  readonly arrival: Arrival;
  /** When its last image was in the archive, and when its latest analysis had ended, ms of the same clock. */
  readonly completeAt: number;
  readonly endedAt: number;
  /** Of all its analyses, the latest last. */
  readonly states: readonly Analysis['state'][];
}

export interface DayOutcome {
  readonly arrivals: readonly Arrival[];
  readonly minutes: number;
  readonly quietMs: number;
  readonly concurrency: number;
  readonly lumbar: readonly DayStudy[];
  /** Studies of other body parts that were given a grade. */
  readonly othersStored: number;
  readonly service: { readonly processorMs: number; readonly peakMb: number; readonly idleMb: number };
}

/**
 * A hospital's day of MR studies, its time compressed into some minutes: a real archive, the service as a process of its
 * own that notices them by itself, its waiting times compressed alike. Each study has UIDs of its own; a lumbar one has 78
 * images of a phantom, 16 MB. Linux only: it reads /proc.
 * @throws Error when not every study has come to an end half an hour after the last arrival.
 */
export async function benchDay(studies: number, minutes: number): Promise<DayOutcome> {
  const arrivals = hospitalDay(studies, SEED);
  const folder = await mkdtemp(join(tmpdir(), 'spinegrade-day-'));
  const stopping: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const orthanc = await startPrivateOrthanc();
    stopping.push(() => orthanc.stop());
    const archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
    stopping.push(() => archive.close());
    const faster = (ms: number) => Math.round((ms * minutes) / DAY_MINUTES);
    const concurrency = availableParallelism();
    const quietMs = faster(USUAL.quietMs);
    const service = await startServiceProcess(join(folder, 'data'), orthanc.dicomWebUrl, {
      WATCH_POLL_MS: String(Math.max(LEAST_POLL_MS, faster(USUAL.pollMs))),
      WATCH_QUIET_MS: String(quietMs),
      WATCH_LONGEST_WAIT_MS: String(faster(USUAL.longestWaitMs)),
      JOB_CONCURRENCY: String(concurrency),
    });
    stopping.push(() => service.stop());
    const idleMb = await residentMegabytes(service.pid, 'VmRSS');
    const usedBefore = await processorMsOf(service.pid);
    const bySeries = { lumbar: seriesOf(SEED, {}), other: seriesOf(SEED + 1, { bodyPart: 'head' }) };
    const began = Date.now();
    const until = (atMinute: number) => delay(Math.max(0, began + faster(atMinute * MINUTE) - Date.now()));
    const sent = await Promise.all(
      arrivals.map(async (arrival, n) => {
        await until(arrival.atMinute);
        const series = arrival.isLumbar ? bySeries.lumbar : [bySeries.other[0]!.slice(0, OTHER_IMAGES)];
        let study = '';
        for (const [k, objects] of series.entries()) {
          const isLast = k === series.length - 1;
          if (isLast && arrival.lateMinutes !== null) await until(arrival.atMinute + arrival.lateMinutes);
          const copy = copiedStudy({ studyInstanceUid: objects[0]!.studyInstanceUid, objects }, n + 1);
          const refused = (await archive.store(copy.studyInstanceUid, copy.objects)).find(
            (one) => !one.stored,
          );
          if (refused) throw new Error(`the archive refused an image: ${refused.reason}`);
          study = copy.studyInstanceUid;
        }
        return { arrival, study, completeAt: Date.now() };
      }),
    );
    const lumbar: DayStudy[] = [];
    const limit = Date.now() + DRAIN_LIMIT_MS;
    for (const { arrival, study, completeAt } of sent.filter((one) => one.arrival.isLumbar)) {
      lumbar.push({ arrival, completeAt, ...(await ended(service.url, study, completeAt, limit)) });
    }
    let othersStored = 0;
    for (const { study } of sent.filter((one) => !one.arrival.isLumbar)) {
      const analyses = await analysesOf(service.url, study);
      if (analyses.some(({ state }) => state === 'stored')) othersStored += 1;
    }
    const processorMs = (await processorMsOf(service.pid)) - usedBefore;
    const peakMb = await residentMegabytes(service.pid, 'VmHWM');
    return {
      arrivals,
      minutes,
      quietMs,
      concurrency,
      lumbar,
      othersStored,
      service: { processorMs, peakMb, idleMb },
    };
  } finally {
    for (const stop of stopping.reverse()) await stop();
  }
}

/** A phantom's objects, each series for itself, in the order that they are sent in: the axial one last. */
function seriesOf(seed: number, options: PhantomOptions) {
  const study = phantomStudy(seed, {
    family: 'demo',
    contrast: 'physical',
    prevalence: 'clinical',
    ...options,
  });
  const now = new Date().toISOString();
  const objects = phantomDicom(study, {
    studyDate: now.slice(0, 10).replaceAll('-', ''),
    studyTime: now.slice(11, 19).replaceAll(':', ''),
  });
  return [...Map.groupBy(objects, ({ seriesInstanceUid }) => seriesInstanceUid).values()];
}

/** Waits until the study has been analysed with all its images. */
async function ended(
  url: string,
  study: string,
  completeAt: number,
  limit: number,
): Promise<Pick<DayStudy, 'endedAt' | 'states'>> {
  for (;;) {
    const analyses = await analysesOf(url, study);
    const [latest] = analyses;
    if (latest !== undefined && analyses.every(isFinal)) {
      const endedAt = Date.parse(latest.finishedAt!);
      if (endedAt >= completeAt) return { endedAt, states: analyses.map(({ state }) => state).reverse() };
    }
    if (Date.now() > limit) throw new Error(`study ${study} has not been analysed with all its images`);
    await delay(LOOK_MS);
  }
}
