import { stat } from 'node:fs/promises';
import { ConfigError } from '../../config/config-error.ts';
import { modelPackDir } from '../../config/model-settings.ts';
import { settingReader } from '../../config/setting.ts';
import { decoding, seriesRules, studyLimits } from '../../config/study-settings.ts';
import { isUid, type StudyInstanceUid } from '../../domain/uid.ts';
import { ModelPackError } from '../../inference/pack/model-pack-error.ts';
import { readManifest } from '../../inference/pack/read-manifest.ts';
import { startDecoderPool } from '../../pixels/decoder-pool.ts';
import { isFileFault } from './folder-files.ts';
import { inspectInArchive } from './inspect-archive.ts';
import { inspectFolder } from './inspect-folder.ts';
import { Misuse, type Request, readRequest } from './inspect-request.ts';
import { type Inspection, inspection, inspectionText } from './inspection.ts';

const USAGE = `usage: npm run -s cli -- inspect FOLDER_OR_STUDY_UID [--json] [--rules FILE]

Whether a study can be analysed: every series with its role or its refusal and the evidence, every image that would
be analysed decoded. A folder holds DICOM files, at any depth; a StudyInstanceUID is looked for in the PACS that the
settings name (.env or the environment).
  --json        as JSON: an array of studies
  --rules FILE  rules for series, in place of SERIES_RULES_FILE

Exit code 0: it can be analysed. 3: it cannot, for the reasons given. 2: misuse.
`;

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
    return await inspectFolder(target, (await readManifest(packDir)).manifest, folder).catch(
      (cause: unknown) => {
        if (!isFileFault(cause)) throw cause;
        return [inspection(null, [], [`the folder cannot be read: ${cause.message}`])];
      },
    );
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
