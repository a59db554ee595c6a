import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { fileEnvironment, processEnvironment } from '../config/environment.ts';
import { modelPackDir } from '../config/model-settings.ts';
import { settingReader } from '../config/setting.ts';
import { decoding, seriesRules, studyLimits } from '../config/study-settings.ts';
import { ArchiveError } from '../dicomweb/archive.ts';
import { openArchive } from '../dicomweb/open-archive.ts';
import { isUid, type StudyInstanceUid } from '../domain/uid.ts';
import { reasonOf } from '../domain/unusable-study.ts';
import { ModelPackError } from '../inference/pack/model-pack-error.ts';
import type { PackManifest } from '../inference/pack/pack-manifest.ts';
import { parseManifest } from '../inference/pack/parse-manifest.ts';
import { startDecoderPool } from '../pixels/decoder-pool.ts';
import type { SeriesRules } from '../series/rules/series-rules.ts';
import { archiveImages } from '../study/archive-images.ts';
import { fetchVolumes } from '../study/fetch-volumes.ts';
import { inspectStudy } from '../study/inspect-study.ts';
import { inspectFolder, isFileFault } from './inspect-folder.ts';
import { type Inspection, inspection, inspectionText } from './inspection.ts';

const USAGE = `usage: npm run -s cli -- inspect FOLDER_OR_STUDY_UID [--json] [--rules FILE]

Whether a study can be analysed: every series with its role or its refusal and the evidence, every image that would
be analysed decoded. A folder holds DICOM files, at any depth; a StudyInstanceUID is looked for in the PACS that the
settings name (.env or the environment).
  --json        as JSON: an array of studies
  --rules FILE  rules for series, in place of SERIES_RULES_FILE

Exit code 0: it can be analysed. 3: it cannot, for the reasons given. 2: misuse.
`;

interface Request {
  readonly target: string;
  readonly json: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What is asked for is wrong: exit code 2. */
class Misuse extends Error {}

/** `inspect FOLDER_OR_STUDY_UID`: exit code 0 when every study found can be analysed, 3 when not, 2 on misuse. */
export async function inspectCommand(args: string[]): Promise<number> {
  try {
    const request = readRequest(args);
    const found = await inspect(request);
    await print(request.json ? `${JSON.stringify(found, null, 2)}\n` : found.map(inspectionText).join('\n'));
    return found.every(({ analysable }) => analysable) ? 0 : 3;
  } catch (cause) {
    if (cause instanceof Misuse || cause instanceof ConfigError || cause instanceof ModelPackError) {
      process.stderr.write(`inspect: ${cause.message}\n${cause instanceof Misuse ? USAGE : ''}`);
      return 2;
    }
    process.stderr.write(`inspect: ${cause instanceof Error ? cause.message : String(cause)}\n`);
    return 3;
  }
}

function readRequest(args: string[]): Request {
  try {
    const options = { json: { type: 'boolean', default: false }, rules: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [target, ...rest] = positionals;
    if (target === undefined || rest.length > 0) throw new Error('name one folder or one StudyInstanceUID');
    const env = {
      ...processEnvironment(),
      ...(values.rules === undefined ? {} : { SERIES_RULES_FILE: values.rules }),
    };
    return { target, json: values.json, env };
  } catch (cause) {
    throw new Misuse((cause as Error).message);
  }
}

/** A reader that has seen enough (`| head`) changes nothing of the verdict. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (cause?: NodeJS.ErrnoException | null) =>
      cause && cause.code !== 'EPIPE' ? reject(cause) : resolve();
    process.stdout.once('error', done);
    process.stdout.write(text, done);
  });
}

async function inspect({ target, env }: Request): Promise<readonly Inspection[]> {
  const isFolder = await namesFolder(target);
  if (!isFolder) return [await inspectInArchive(target as StudyInstanceUid, env)];
  const settings = settingReader(env);
  const limits = studyLimits(settings);
  const rules = seriesRules(settings);
  const packDir = modelPackDir(settings);
  const decoders = startDecoderPool(decoding(settings));
  try {
    if (settings.problems.length > 0) throw new ConfigError(settings.problems);
    const folder = { limits, rules, decode: decoders.decode };
    return await inspectFolder(target, await manifestOf(packDir), folder).catch((cause: unknown) => {
      if (!isFileFault(cause)) throw cause;
      return [inspection(null, [], [`the folder cannot be read: ${cause.message}`])];
    });
  } finally {
    await decoders.close();
  }
}

/** Whether it is a folder; else it is a StudyInstanceUID. @throws Misuse when it is neither, or cannot be seen. */
async function namesFolder(target: string): Promise<boolean> {
  const found = await stat(target).catch((cause: NodeJS.ErrnoException) => cause);
  if (!(found instanceof Error)) {
    if (!found.isDirectory()) throw new Misuse(`${target} is not a folder`);
    return true;
  }
  if (isUid(target)) return false;
  throw new Misuse(
    found.code === 'ENOENT'
      ? `${target} is neither a folder nor a StudyInstanceUID`
      : `${target} cannot be read (${found.code})`,
  );
}

async function inspectInArchive(study: StudyInstanceUid, env: Request['env']): Promise<Inspection> {
  const config = readConfig({ ...fileEnvironment(), ...env });
  const rules: SeriesRules = config.seriesRules;
  const { limits } = config;
  const archive = openArchive(config);
  const decoders = startDecoderPool(config.decoding);
  const { decode } = decoders;
  try {
    const roles = await manifestOf(config.model.packDir);
    const source = archiveImages(archive, study, limits);
    const seen = await inspectStudy(source, roles, { decode, limits, rules }).catch((cause: unknown) => {
      if (cause instanceof ArchiveError) return unanswered(cause, config.pacs.url);
      throw cause;
    });
    if (typeof seen === 'string') return inspection(study, [], [seen]);
    const { decisions, reasons } = seen.selection;
    if (reasons[0]?.code === 'not-in-archive') {
      return inspection(
        study,
        [],
        [`the PACS at ${config.pacs.url} (PACS_URL) holds no series of this study`],
      );
    }
    if (reasons.length > 0) return inspection(study, decisions, reasons);
    try {
      const volumes = await fetchVolumes(source, decode, seen, undefined, limits);
      for (const { slices } of Object.values(volumes)) for (const { pixels } of slices) await pixels();
      return inspection(study, decisions, []);
    } catch (cause) {
      const reason = cause instanceof ArchiveError ? unanswered(cause, config.pacs.url) : reasonOf(cause);
      if (reason === null) throw cause;
      return inspection(study, decisions, [reason]);
    }
  } finally {
    await decoders.close();
    await archive.close();
  }
}

/** What the PACS failed to do, and which setting to look at. */
function unanswered({ message, status }: ArchiveError, url: string): string {
  const refused =
    status === 401 || status === 403
      ? ': it wants other credentials (PACS_TOKEN, or PACS_USERNAME and PACS_PASSWORD)'
      : '';
  return `the PACS at ${url} (PACS_URL) did not answer as it should: ${message}${refused}`;
}

async function manifestOf(packDir: string): Promise<PackManifest> {
  const text = await readFile(join(packDir, 'manifest.json'), 'utf8').catch(() => {
    throw new ModelPackError(packDir, ['manifest.json: missing or not readable']);
  });
  return parseManifest(packDir, text);
}
