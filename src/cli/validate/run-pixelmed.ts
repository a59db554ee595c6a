import { access } from 'node:fs/promises';
import { run } from './run-validator.ts';
import type { Outcome } from './verdict.ts';

/**
 * PixelMed's validator; Saxon, which reads its templates (6 MB of XSLT) in 5 s, where Java's own processor compiles
 * them for 10 to 60; Rhino, which lets one process read the templates once for all files.
 */
const JARS = ['pixelmed', 'Saxon-HE', 'js'].map((name) => `/usr/share/java/${name}.jar`);
const OPTIONS = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Dfile.encoding=UTF-8',
  '-Djavax.xml.transform.TransformerFactory=net.sf.saxon.TransformerFactoryImpl',
  '-cp',
  JARS.join(':'),
  'org.mozilla.javascript.tools.shell.Main',
];
/** Precedes what is said of each file. */
const MARK = '=== spinegrade: the next file ===';
/**
 * The options are those that PixelMed's own command has by default. Its second pass reads what the first found as a
 * document whose address is always the same: Saxon would go on with the first file's.
 */
const script = (files: readonly string[]) => `
var validator = new com.pixelmed.validate.DicomSRValidator();
var field = validator.getClass().getDeclaredField('transformerPass2');
field.setAccessible(true);
var secondPass = field.get(validator);
${JSON.stringify(files)}.forEach(function (file) {
  print('${MARK}');
  secondPass.getUnderlyingController().clearDocumentPool();
  try { print(validator.validate(file, false, true, false, false, false)); }
  catch (fault) { print(fault.javaException || fault); }
});`;

/** What PixelMed says of each SR or key object, in the order of the files; null when it is not installed. */
export async function runPixelMed(files: readonly string[]): Promise<readonly Outcome[] | null> {
  try {
    await Promise.all(JARS.map((jar) => access(jar)));
  } catch {
    return null;
  }
  const outcome = await run('java', [...OPTIONS, '-e', script(files)]);
  if (outcome === null) return null;
  const { exitCode, output } = outcome;
  const said = output.split(`${MARK}\n`).slice(1);
  // What ended before a file came up must not stand for it; what did not even begin says why.
  return files.map((_, index) => ({ exitCode, output: said[index] ?? (said.length === 0 ? output : '') }));
}
