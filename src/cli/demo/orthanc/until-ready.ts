import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** What to do where Orthanc is missing. */
export const INSTALL_HINT =
  'install the Debian packages orthanc and orthanc-dicomweb, or set PACS_URL to a DICOMweb server such as an Orthanc container';
const OUTPUT_KEPT_BYTES = 4000;

/** The port was taken between its choice and Orthanc's start. */
export class PortTaken extends Error {}

/** Resolves when *our* Orthanc answers: the name tells it from another server that won the port. */
export async function untilReady(
  child: ChildProcess,
  url: string,
  name: string,
  startTimeoutMs: number,
): Promise<void> {
  let output = '';
  let failure: Error | null = null;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-OUTPUT_KEPT_BYTES);
  });
  child.once('error', (error: NodeJS.ErrnoException) => {
    failure = new Error(
      error.code === 'ENOENT'
        ? `Orthanc was not found: ${INSTALL_HINT}`
        : `Orthanc could not be started: ${error.message}`,
    );
  });
  child.once('close', (code) => {
    failure ??= /\bin use\b/i.test(output)
      ? new PortTaken(`Orthanc's port is taken: ${new URL(url).port}`)
      : new Error(`Orthanc ended at its start with code ${code}: ${lastLine(output)}`);
  });
  const deadline = performance.now() + startTimeoutMs;
  while (failure === null) {
    if ((await systemName(url)) === name) return;
    if (performance.now() > deadline) throw new Error(`Orthanc did not answer within ${startTimeoutMs} ms`);
    await delay(25);
  }
  throw failure;
}

async function systemName(url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return ((await answer.json()) as { Name?: string }).Name ?? null;
  } catch {
    return null;
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
