import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import { dicomWebArchive } from '../../dicomweb/dicomweb-archive.ts';
import type { SopInstanceUid } from '../../domain/uid.ts';
import { phantomDicom } from '../../phantom/dicom/phantom-dicom.ts';
import type { PhantomSlice, PhantomVolume } from '../../phantom/phantom-slice.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import { followAnalysis } from '../demo/follow-analysis.ts';
import { startPrivateOrthanc } from '../demo/private-orthanc.ts';
import { startServiceProcess } from '../demo/service-process.ts';
import { sample, timingOf } from './bench-measure.ts';
import type { BenchRow } from './bench-row.ts';

/** What a large study has. */
const [SIZE, AXIAL_SLICES_FOR_ONE] = [512, 4];
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
          onNoticed: () => undefined,
          onStage: () => undefined,
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

async function residentMegabytes(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc tells no ${field} of the service`);
  return Math.round((Number(kibibytes) * 1024) / 1e6);
}

/** The demo's phantom with finer pixels and four axial slices for each of its own. */
function largeStudy(seed: number) {
  const study = phantomStudy(seed, { family: 'demo', prevalence: 'balanced' });
  const volumes = Object.fromEntries(
    Object.entries(study.volumes).map(([role, volume]) => [
      role,
      { ...volume, slices: denser(volume, role === 'axial-t2' ? AXIAL_SLICES_FOR_ONE : 1) },
    ]),
  );
  return phantomDicom({ ...study, volumes }, { studyDate: '20240115', studyTime: '101112' });
}

/** Each slice as several, the spacing divided among them. */
function denser({ slices }: PhantomVolume, copies: number): PhantomSlice[] {
  return slices.flatMap((slice, i) => {
    const fine = finer(slice);
    const next = slices[i + 1] ?? slices[i - 1]!;
    return Array.from({ length: copies }, (_, copy): PhantomSlice => {
      const originMm = slice.plane.originMm.map(
        (mm, axis) =>
          mm + (copy / copies) * Math.sign(i + 1.5 - slices.length) * (mm - next.plane.originMm[axis]!),
      ) as [number, number, number];
      const sopInstanceUid = deterministicUid<SopInstanceUid>(
        'bench',
        slice.image.sopInstanceUid,
        String(copy),
      );
      const image = { ...slice.image, sopInstanceUid };
      return { ...fine, image, plane: { ...fine.plane, originMm } };
    });
  });
}

function finer({ plane, image, rendered }: PhantomSlice): PhantomSlice {
  const pixels = Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const row = Math.floor((Math.floor(i / SIZE) * plane.rows) / SIZE);
    return rendered[row * plane.columns + Math.floor(((i % SIZE) * plane.columns) / SIZE)]!;
  });
  const rowSpacingMm = (plane.rowSpacingMm * plane.rows) / SIZE;
  const columnSpacingMm = (plane.columnSpacingMm * plane.columns) / SIZE;
  return {
    plane: { ...plane, rows: SIZE, columns: SIZE, rowSpacingMm, columnSpacingMm },
    image,
    rendered: pixels,
    pixels: async () => pixels,
  };
}
