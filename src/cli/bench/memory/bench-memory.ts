import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dicomWebArchive } from '../../../dicomweb/dicomweb-archive.ts';
import { followAnalysis } from '../../demo/follow-analysis.ts';
import { startPrivateOrthanc } from '../../demo/private-orthanc.ts';
import { startServiceProcess } from '../../demo/service-process.ts';
import { timingOf } from '../bench-measure.ts';
import type { BenchRow } from '../bench-row.ts';
import { sample } from '../sample.ts';
import { largeStudy } from './large-study.ts';
import { residentMegabytes } from './resident-megabytes.ts';

const LIMIT_MS = 300_000;
/** Until what starting allocated and freed is given back. */
const SETTLE_MS = 5_000;
const STUDIES = 10;

/**
 * The service itself, in a process of its own: how far its resident memory rises above what it has when idle while it
 * analyses a study of some 200 images of 512². Linux only: it reads /proc.
 */
export async function benchMemory(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spinegrade-memory-'));
  const stopping: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const orthanc = await startPrivateOrthanc();
    stopping.push(() => orthanc.stop());
    const archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
    stopping.push(() => archive.close());
    const service = await startServiceProcess(join(folder, 'data'), orthanc.dicomWebUrl);
    stopping.push(() => service.stop());
    const rows: BenchRow[] = [];
    await delay(SETTLE_MS);
    const idle = await residentMegabytes(service.pid, 'VmRSS');
    for (let n = 1; n <= STUDIES; n++) {
      const objects = largeStudy(n);
      // Writing 5 sets the high-water mark back to what is resident now (proc(5)).
      await writeFile(`/proc/${service.pid}/clear_refs`, '5');
      const study = objects[0]!.studyInstanceUid;
      await archive.store(study, objects);
      const { sample: taken, result } = await sample(() =>
        followAnalysis(service.url, study, {
          limitMs: LIMIT_MS,
          signal: AbortSignal.timeout(LIMIT_MS),
        }),
      );
      const peak = await residentMegabytes(service.pid, 'VmHWM');
      rows.push({
        what: `study ${n}, ${objects.length} images, ${result.state}: at most ${peak - idle} MB above the idle ${idle} MB`,
        timing: timingOf([taken, taken, taken, taken]),
      });
    }
    return rows;
  } finally {
    for (const stop of stopping.reverse()) await stop();
  }
}
