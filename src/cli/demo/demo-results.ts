import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Archive } from '../../dicomweb/archive.ts';
import { STAGES } from '../../domain/stage.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';
import type { DemoStudy } from './demo-study.ts';
import type { Analysis } from './follow-analysis.ts';

/** Every result object, read back from the PACS, the report under its UID and the others with their kind as well. */
export async function saveResults(
  archive: Archive,
  { studyInstanceUid, objects }: Analysis,
  out: string,
): Promise<Readonly<Record<string, string>>> {
  const paths: Record<string, string> = {};
  for (const { kind, seriesInstanceUid, sopInstanceUid } of objects) {
    const bytes = await archive.retrieveInstance(
      studyInstanceUid as StudyInstanceUid,
      seriesInstanceUid as SeriesInstanceUid,
      sopInstanceUid as SopInstanceUid,
    );
    if (bytes === null) throw new Error(`the PACS does not give the ${kind} back`);
    const path = resolve(out, kind === 'SR' ? `${sopInstanceUid}.dcm` : `${sopInstanceUid}-${kind}.dcm`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    paths[kind] = path;
  }
  return paths;
}

/** The result as JSON for other programs: findings with their truth where it is known, places in mm, stages in ms. */
export async function writeJson(
  path: string,
  study: DemoStudy,
  analysis: Analysis,
  srPath: string,
): Promise<void> {
  const result = {
    studyInstanceUid: study.studyInstanceUid,
    srSopInstanceUid: analysis.report?.sopInstanceUid,
    srPath,
    findings: analysis.findings.map(({ condition, side, level, grade, probabilities }) => {
      const truth = study.truth?.({ condition, side, level });
      return { condition, side, level, grade, probabilities, ...(truth === undefined ? {} : { truth }) };
    }),
    levels: analysis.levels.map(({ level, discMm, canalMm }) => ({ level, discMm, canalMm })),
    stagesMs: Object.fromEntries(STAGES.map((stage) => [stage, analysis.stagesMs[stage]])),
  };
  await mkdir(dirname(resolve(path)), { recursive: true });
  await writeFile(path, `${JSON.stringify(result, null, 2)}\n`);
}
