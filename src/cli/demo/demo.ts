import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Archive, ArchiveError } from '../../dicomweb/archive.ts';
import { dicomWebArchive } from '../../dicomweb/dicomweb-archive.ts';
import { STAGES } from '../../domain/stage.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';
import { MisuseError, parseOptions, tellFault, wholeNumber } from '../options/option-values.ts';
import { type DemoStudy, demoStudy } from './demo-study.ts';
import { type Analysis, followAnalysis } from './follow-analysis.ts';
import { startPrivateOrthanc } from './private-orthanc.ts';
import { resultsTable } from './results-table.ts';
import { startServiceProcess } from './service-process.ts';

const USAGE = `usage: npm run demo -- [--study FOLDER] [--seed S] [--keep] [--json FILE] [--out FOLDER]
  --study FOLDER  your own DICOM files (one study) in place of the synthetic one
  --seed S        another synthetic patient (default 1)
  --keep          leave PACS and service running and print their addresses (stop with Ctrl-C)
  --json FILE     the result as JSON
  --out FOLDER    where copies of the Structured Report and the summary image go (default out/demo)
`;
/** Studies the service could not have noticed, or finished, by then have failed. */
const LIMIT_MS = 180_000;

interface DemoOptions {
  readonly study: string | null;
  readonly seed: number;
  readonly keep: boolean;
  readonly json: string | null;
  readonly out: string;
}

/** `npm run demo`: exit code 0 when a report was stored and read back, 1 when not, 2 on misuse. */
export async function demoCommand(args: string[]): Promise<number> {
  const stopping: (() => Promise<unknown>)[] = [];
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const options = readOptions(args);
    const code = await runDemo(options, stopping, interrupted.signal);
    if (code === 0 && options.keep) await untilInterrupted(interrupted.signal);
    return code;
  } catch (cause) {
    if (cause instanceof MisuseError) return tellFault('demo', USAGE, cause);
    process.stderr.write(`demo: ${interrupted.signal.aborted ? 'interrupted' : (cause as Error).message}\n`);
    return 1;
  } finally {
    // Last started, first stopped; every one is tried.
    for (const stop of stopping.reverse())
      await stop().catch((cause) => process.stderr.write(`demo: ${cause}\n`));
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function readOptions(args: string[]): DemoOptions {
  const { study, seed, keep, json, out } = parseOptions({
    args,
    options: {
      study: { type: 'string' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
      json: { type: 'string' },
      out: { type: 'string', default: 'out/demo' },
    },
  }).values;
  return {
    study: study ?? null,
    seed: wholeNumber('--seed', seed, Number.MIN_SAFE_INTEGER),
    keep,
    json: json ?? null,
    out,
  };
}

const say = (label: string, text: string) => process.stdout.write(`  ${label.padEnd(10)} ${text}\n`);

async function runDemo(
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

/** Every result object, read back from the PACS, the report under its UID and the others with their kind as well. */
async function saveResults(
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

async function writeJson(path: string, study: DemoStudy, analysis: Analysis, srPath: string): Promise<void> {
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

async function untilInterrupted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
}
