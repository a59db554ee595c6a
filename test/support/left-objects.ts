import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GradedStudy } from '../../src/domain/assessment.ts';
import type { ResultKind } from '../../src/domain/result-object.ts';
import { reportBundle } from '../../src/fhir/report-bundle.ts';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import type { KeptResults } from '../../src/results/result-outbox.ts';
import type { SegmentedSeries } from '../../src/sr/segmentation/segmented-series.ts';
import { SEGMENTS } from '../../src/sr/segmentation/segments.ts';

export interface LeftObject {
  readonly file: string;
  readonly kind: ResultKind;
}

export type LeftObjects = ReturnType<typeof leftObjects>;

/**
 * Where every object that a test file makes is left, with what it was meant to say: in the folder that
 * SPINEGRADE_OBJECTS names, for readers other than this project's, else in one of its own.
 */
export function leftObjects() {
  const kept = process.env['SPINEGRADE_OBJECTS'];
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'results-'));
  const files: LeftObject[] = [];
  mkdirSync(folder, { recursive: true });
  return {
    files: files as readonly LeftObject[],
    /** Leaves the objects in the folder, once each, and the FHIR Bundle of a graded study. */
    leave({ objects, studyInstanceUid }: KeptResults, meant: GradedStudy | null): void {
      for (const { kind, sopInstanceUid, bytes } of objects) {
        const file = join(folder, `${sopInstanceUid}.dcm`);
        // Bytes that were let go were left before.
        if (bytes === null || files.some((known) => known.file === file)) continue;
        writeFileSync(file, bytes);
        files.push({ file, kind });
        if (kind === 'SR') writeFileSync(`${file}.json`, JSON.stringify(meant));
        if (kind === 'SR' && meant !== null) {
          const told = { studyInstanceUid, graded: meant, reportSopInstanceUid: sopInstanceUid };
          const bundle = reportBundle({ ...told, analysisId: randomUUID(), finishedAt: new Date() });
          writeFileSync(`${file}.fhir.json`, JSON.stringify(bundle));
        }
      }
    },
    /** Leaves beside a segmentation what each pixel of its slices is of: the label, the first pixel and the count of a run. */
    leaveSegments(sopInstanceUid: string, { slices }: SegmentedSeries): void {
      const meant = slices.map(({ image, segments }) => ({
        image: image.sopInstanceUid,
        runs: runsIn(segments),
      }));
      writeFileSync(join(folder, `${sopInstanceUid}.dcm.json`), JSON.stringify(meant));
    },
    /** Leaves images beside the objects for readers that check points against them. */
    leaveImages(images: readonly PhantomInstance[]): void {
      if (kept === undefined) return;
      mkdirSync(join(kept, 'images'), { recursive: true });
      for (const { sopInstanceUid, bytes } of images) {
        writeFileSync(join(kept, 'images', `${sopInstanceUid}.dcm`), bytes);
      }
    },
    /** Nothing is removed that another reader is to find. */
    close(): void {
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function runsIn(segments: Uint8Array): [label: string, first: number, count: number][] {
  const runs: [string, number, number][] = [];
  segments.forEach((value, at) => {
    if (value === 0) return;
    if (at > 0 && segments[at - 1] === value) runs.at(-1)![2] += 1;
    else runs.push([SEGMENTS[value - 1]!.label, at, 1]);
  });
  return runs;
}
