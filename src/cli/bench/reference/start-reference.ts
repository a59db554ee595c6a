import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { LocalisedLevel } from '../../../domain/assessment.ts';
import type { Stage } from '../../../domain/stage.ts';
import type { StudyInstanceUid } from '../../../domain/uid.ts';

const SCRIPT = new URL('./reference.py', import.meta.url).pathname;
const IMPORTS = 'import dicomweb_client, highdicom, numpy, onnxruntime, PIL, pydicom, requests';

/** What the script says of one analysis. */
export interface ReferenceRun {
  readonly ms: number;
  readonly processorMs: number;
  readonly peakBytes: number;
  readonly stages: Readonly<Record<Stage, number>>;
  /** SeriesInstanceUID and SOPInstanceUID of the report and of the picture. */
  readonly stored: readonly (readonly [series: string, instance: string])[];
}

export interface Reference {
  readonly run: (study: StudyInstanceUid) => Promise<ReferenceRun>;
  readonly stop: () => Promise<void>;
}

export interface ReferenceSettings {
  readonly url: string;
  readonly pack: string;
  readonly threads: number;
  readonly levels: readonly LocalisedLevel[];
}

/** Whether a Python is there and has what reference/requirements.txt names. */
export async function hasRequirements(python: string): Promise<boolean> {
  return promisify(execFile)(python, ['-c', IMPORTS]).then(
    () => true,
    () => false,
  );
}

/**
 * Starts the analysis in Python that the bench measures beside the service, in a process that stays.
 * @throws Error when the script ends before it has answered; what it said goes to stderr.
 */
export async function startReference(python: string, settings: ReferenceSettings): Promise<Reference> {
  const child = spawn(python, [SCRIPT, JSON.stringify(settings)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the reference in Python ended with ${await ended}`);
    return value as string;
  };
  await answer();
  return {
    async run(study) {
      child.stdin.write(`run ${study}\n`);
      return JSON.parse(await answer()) as ReferenceRun;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
