import { setTimeout as delay } from 'node:timers/promises';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { Examined } from './examined.ts';
import type { OwnStudy } from './own-study.ts';

/** A study of which is known what queries have to say of it. */
export interface Reference {
  readonly studyInstanceUid: StudyInstanceUid;
  readonly date: string;
  /** One of those in it. */
  readonly modality: string;
  readonly instances: number;
  /** Instances by SeriesInstanceUID. */
  readonly seriesOf: ReadonlyMap<string, number>;
}

/** What was stored. */
export function referenceOf({ studyInstanceUid, date, objects }: OwnStudy): Reference {
  return {
    studyInstanceUid,
    date,
    modality: objects[0]!.modality,
    instances: objects.length,
    seriesOf: new Map(objects.map(({ seriesInstanceUid }) => [seriesInstanceUid, 1])),
  };
}

/** Larger ones are not listed one by one. */
const MOST_SERIES = 20;

/** One of the archive's own MR studies, its instances listed one by one; null where none of those lately made will do. */
export async function referenceThere(
  { archive, signal }: Examined,
  studies: readonly { readonly studyInstanceUid: StudyInstanceUid; readonly studyDate: string | null }[],
): Promise<Reference | null> {
  for (const { studyInstanceUid, studyDate } of studies) {
    if (studyDate === null || !/^\d{8}$/.test(studyDate)) continue;
    const series = await archive.findSeries(studyInstanceUid, signal);
    if (series.length === 0 || series.length > MOST_SERIES) continue;
    const seriesOf = new Map<string, number>();
    for (const { seriesInstanceUid } of series) {
      seriesOf.set(
        seriesInstanceUid,
        await archive.countInstances(studyInstanceUid, seriesInstanceUid, signal),
      );
    }
    const instances = [...seriesOf.values()].reduce((sum, count) => sum + count, 0);
    return { studyInstanceUid, date: studyDate, modality: 'MR', instances, seriesOf };
  }
  return null;
}

const LISTING_TRIES = 10;
const LISTING_PAUSE_MS = 500;

/** Waits until what was stored is listed: some archives index behind. @returns milliseconds, null when it never is. */
export async function untilListed({ archive, signal }: Examined, own: OwnStudy): Promise<number | null> {
  const startedAt = performance.now();
  for (let tries = 0; tries < LISTING_TRIES; tries += 1) {
    if (tries > 0) await delay(LISTING_PAUSE_MS, undefined, { signal });
    const series = await archive.findSeries(own.studyInstanceUid, signal);
    if (series.length >= own.objects.length) return Math.round(performance.now() - startedAt);
  }
  return null;
}
