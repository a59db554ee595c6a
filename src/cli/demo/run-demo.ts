import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Archive, ArchiveError } from '../../dicomweb/archive.ts';
import { dicomWebArchive } from '../../dicomweb/dicomweb-archive.ts';
import type { DemoOptions } from './demo-options.ts';
import { saveResults, writeJson } from './demo-results.ts';
import { type DemoStudy, demoStudy } from './demo-study.ts';
import { type Analysis, followAnalysis } from './follow-analysis.ts';
import { startPrivateOrthanc } from './private-orthanc.ts';
import { resultsTable } from './results-table.ts';
import { startServiceProcess } from './service-process.ts';

/** Synthetic images are graded by the pack that was trained on such images alone. */
const PHANTOM_PACK = fileURLToPath(new URL('../../../models/phantom', import.meta.url));

/** Studies the service could not have noticed, or finished, by then have failed. */
const LIMIT_MS = 180_000;

const say = (label: string, text: string) => process.stdout.write(`  ${label.padEnd(10)} ${text}\n`);

/** The demo from PACS to report, told line by line; what it starts is added to `stopping`. Returns the exit code. */
export async function runDemo(
  options: DemoOptions,
  stopping: (() => Promise<unknown>)[],
  signal: AbortSignal,
): Promise<number> {
  process.stdout.write('spinegrade demo. Research use only, not a medical device.\n\n');
  const folder = await mkdtemp(join(tmpdir(), 'spinegrade-demo-'));
  stopping.push(() => rm(folder, { recursive: true, force: true }));
  const orthanc = await startPrivateOrthanc();
  stopping.push(() => orthanc.stop());
  say('PACS', `private Orthanc, ${orthanc.dicomWebUrl}`);
  const archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
  stopping.push(() => archive.close());

  const study = await demoStudy(options.study, options.seed);
  say('study', `${study.description}, ${study.objects.length} images in ${study.seriesCount} series`);
  const service = await startServiceProcess(join(folder, 'data'), orthanc.dicomWebUrl, {
    // A study that lacks a series is analysed with what is there, or turned down, while somebody watches.
    WATCH_LONGEST_WAIT_MS: '10000',
    ...(options.study === null && { MODEL_PACK: PHANTOM_PACK }),
  });
  stopping.push(() => service.stop());
  say('service', `${service.url}, model ${service.model}`);
  const began = performance.now();
  await storeStudy(archive, study);
  say(
    'stored',
    `with STOW-RS in ${milliseconds(performance.now() - began)}; now the service is on its own\n`,
  );

  const analysis = await followAnalysis(service.url, study.studyInstanceUid, {
    limitMs: LIMIT_MS,
    signal,
    onStage: (stage, ms) => say(stage, milliseconds(ms)),
    onNoticed: () =>
      say('noticed', `${milliseconds(performance.now() - began)} after the first image was sent`),
  });
  if (analysis.state !== 'stored' || analysis.report === null) return explainFailure(analysis);
  const { SR: srPath = '', ...others } = await saveResults(archive, analysis, options.out);
  process.stdout.write(`\n${resultsTable(analysis.findings, study.truth)}\n\n`);
  for (const warning of analysis.warnings) say('warning', warning);
  say(
    'total',
    `${milliseconds(performance.now() - began)} from the first image sent to the report read back`,
  );
  say('SR', `SOP Instance UID ${analysis.report.sopInstanceUid}, stored and read back`);
  say('copy', srPath);
  for (const [kind, path] of Object.entries(others)) say(kind, path);
  if (options.json !== null) await writeJson(options.json, study, analysis, srPath);
  if (options.keep) say('running', `PACS ${orthanc.baseUrl}  service ${service.url}  (Ctrl-C stops both)`);
  return 0;
}

async function storeStudy(archive: Archive, study: DemoStudy): Promise<void> {
  const batch = 20;
  for (let at = 0; at < study.objects.length; at += batch) {
    const objects = study.objects.slice(at, at + batch);
    const results = await archive.store(study.studyInstanceUid, objects);
    const refused = results.find((result) => !result.stored);
    if (refused) {
      throw new ArchiveError(`the PACS refused image ${refused.sopInstanceUid}: ${refused.reason}`, {
        retryable: false,
      });
    }
  }
}

function explainFailure(analysis: Analysis): number {
  process.stderr.write(`\ndemo: the study was not graded: ${analysis.state}\n`);
  const reasons =
    analysis.failure === null ? analysis.reasons : [`${analysis.failure.stage}: ${analysis.failure.reason}`];
  for (const reason of reasons) process.stderr.write(`  - ${reason}\n`);
  return 1;
}

function milliseconds(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
