import { MisuseError, tellFault } from '../options/option-values.ts';
import { readOptions } from './demo-options.ts';
import { runDemo } from './run-demo.ts';

const USAGE = `usage: npm run demo -- [--study FOLDER] [--seed S] [--keep] [--json FILE] [--out FOLDER]
  --study FOLDER  your own DICOM files (one study) in place of the synthetic one
  --seed S        another synthetic patient (default 1)
  --keep          leave PACS and service running and print their addresses (stop with Ctrl-C)
  --json FILE     the result as JSON
  --out FOLDER    where copies of the Structured Report and the summary image go (default out/demo)
`;

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

async function untilInterrupted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
}
