import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { deterministicUid } from '../../../dicom/deterministic-uid.ts';
import type { SeriesInstanceUid, SopInstanceUid } from '../../../domain/uid.ts';
import type { KeptResults } from '../../../results/result-outbox.ts';
import { underUids } from '../../../results/under-uids.ts';
import { networkRuns, oneAfterAnother } from '../bench-inference.ts';
import { curlArguments } from '../bench-retrieval.ts';
import type { BenchStudy } from '../bench-study.ts';
import { measuredRun, type StudyRun, timed } from './study-run.ts';

export const STUDY_FLOOR =
  'curl of the three series, the networks on tensors that are ready, one bare STOW-RS';

/**
 * What no analysis of the study can do without, and nothing else.
 * @returns the floor of a study whose results these are: they are sent again under other UIDs.
 */
export async function studyFloor(study: BenchStudy): Promise<(results: KeptResults) => Promise<StudyRun>> {
  const { places, classes } = await networkRuns(study);
  return async (results) => {
    const url = `${study.dicomWebUrl}/studies/${results.studyInstanceUid}`;
    const body = storeRequest(results);
    const { peakMb: _, ...run } = await measuredRun(async () => {
      const stages: Partial<StudyRun['stages']> = {};
      const childrenMs = await timed(stages, 'fetch', () => curlProcessorMs(study.seriesUrls));
      await timed(stages, 'localise', () => oneAfterAnother(places));
      await timed(stages, 'classify', () => oneAfterAnother(classes));
      await timed(stages, 'store', () => sent(url, body));
      return { stages, childrenMs };
    });
    // The same process as ours.
    return { ...run, peakMb: null };
  };
}

/** Bash tells what its children used to the millisecond. */
async function curlProcessorMs(urls: readonly string[]): Promise<number> {
  const script = 'TIMEFORMAT="%3U %3S"; time curl "$@"';
  const { stderr } = await promisify(execFile)('bash', ['-c', script, 'curl', ...curlArguments(urls)]);
  // Curl's own words stand before.
  const told = stderr.trim().split('\n').at(-1)!;
  return told.split(' ').reduce((sum, seconds) => sum + 1000 * Number(seconds), 0);
}

const BOUNDARY = 'bench';

function storeRequest({ objects }: KeptResults): Buffer<ArrayBuffer> {
  const parts = objects.flatMap(({ bytes }) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`),
    underUids(bytes!, {
      seriesInstanceUid: deterministicUid<SeriesInstanceUid>('bench', randomUUID()),
      sopInstanceUid: deterministicUid<SopInstanceUid>('bench', randomUUID()),
    }),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

async function sent(url: string, body: Buffer<ArrayBuffer>): Promise<void> {
  const type = `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`;
  const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': type }, body });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the archive did not take what the floor sent: ${answer.status}`);
}
