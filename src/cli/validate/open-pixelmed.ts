import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { TIMEOUT_MS } from './run-validator.ts';
import type { Outcome } from './verdict.ts';

/** PixelMed's validator as a process that reads its templates once for all files, started when the first comes. */
export interface PixelMed {
  /** What it says of each SR or key object, in the order of the files; null when it is not installed. */
  judge(files: readonly string[]): Promise<readonly Outcome[] | null>;
  /** Ends the process. */
  close(): void;
}

/**
 * PixelMed's validator; Saxon, which reads its templates (6 MB of XSLT) in 5 s, where Java's own processor compiles
 * them for 10 to 60; Rhino, which lets one process read file after file.
 */
const JARS = ['pixelmed', 'Saxon-HE', 'js'].map((name) => `/usr/share/java/${name}.jar`);
/** Follows what is said of each file. */
const MARK = '=== spinegrade: the next file ===';
/**
 * Reads names of files, a line each, until there are no more. What Saxon complains of belongs to a file, too: it goes the
 * same way. The options are those that PixelMed's own command has by default. Its second pass reads what the first
 * found as a document whose address is always the same: Saxon would go on with the first file's.
 */
const SCRIPT = `
java.lang.System.setErr(java.lang.System.out);
var validator = new com.pixelmed.validate.DicomSRValidator();
var field = validator.getClass().getDeclaredField('transformerPass2');
field.setAccessible(true);
var secondPass = field.get(validator);
var names = new java.io.BufferedReader(new java.io.InputStreamReader(java.lang.System['in'], 'UTF-8'));
for (var file = names.readLine(); file !== null; file = names.readLine()) {
  secondPass.getUnderlyingController().clearDocumentPool();
  try { print(validator.validate(decodeURIComponent(file), false, true, false, false, false)); }
  catch (fault) { print(fault.javaException || fault); }
  print('${MARK}');
}`;
const OPTIONS = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Dfile.encoding=UTF-8',
  '-Djavax.xml.transform.TransformerFactory=net.sf.saxon.TransformerFactoryImpl',
  '-cp',
  JARS.join(':'),
  'org.mozilla.javascript.tools.shell.Main',
  '-e',
  SCRIPT,
];

/** Files are read one after the other, whoever asks. */
export function openPixelMed(): PixelMed {
  let process: ReadingProcess | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const judge = async (files: readonly string[]) => {
    const jars = await Promise.allSettled(JARS.map((jar) => access(jar)));
    if (jars.some(({ status }) => status === 'rejected')) return null;
    process ??= startReading();
    const outcomes: Outcome[] = [];
    for (const file of files) {
      const outcome = await process.read(file);
      if (outcome === null) return null;
      outcomes.push(outcome);
    }
    return outcomes;
  };
  return {
    judge(files) {
      const judged = last.then(() => judge(files));
      last = judged.catch(() => undefined);
      return judged;
    },
    close: () => process?.end(),
  };
}

type ReadingProcess = ReturnType<typeof startReading>;

function startReading() {
  const child = spawn('java', OPTIONS);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let isThere = true;
  child.once('error', () => {
    isThere = false;
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  // A process that has ended takes no more names; that is told by what it says.
  child.stdin.on('error', () => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    /** Exit code null when it was stopped at the limit; null where there is no Java. */
    async read(file: string): Promise<Outcome | null> {
      const limit = setTimeout(() => child.kill(), TIMEOUT_MS);
      child.stdin.write(`${encodeURIComponent(file)}\n`);
      let output = '';
      let line = await lines.next();
      for (; !line.done && line.value !== MARK; line = await lines.next()) output += `${line.value}\n`;
      clearTimeout(limit);
      if (!line.done) return { exitCode: 0, output };
      await closed;
      return isThere ? { exitCode: child.exitCode, output: output + complaints } : null;
    },
    end: () => void child.stdin.end(),
  };
}
