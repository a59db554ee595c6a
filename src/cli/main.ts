import { benchCommand } from './bench/bench.ts';
import { codesCommand } from './codes.ts';
import { compareCommand } from './compare.ts';
import { datasetCommand } from './dataset/dataset.ts';
import { demoCommand } from './demo/demo.ts';
import { evaluateCommand } from './evaluate/evaluate.ts';
import { fetchPackCommand } from './fetch-pack/fetch-pack-command.ts';
import { importRsnaCommand } from './import-rsna/import-rsna-command.ts';
import { inspectCommand } from './inspect/inspect.ts';
import { phantomCommand } from './phantom/phantom.ts';
import { scoreCommand } from './score.ts';
import { validateCommand } from './validate/validate.ts';

type Command = (args: string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, { readonly run: Command; readonly summary: string }>> = {
  demo: {
    run: demoCommand,
    summary: 'a synthetic (or your own) study through a private Orthanc and the service',
  },
  'import-rsna': { run: importRsnaCommand, summary: "the challenge's layout to conforming DICOM" },
  inspect: {
    run: inspectCommand,
    summary: 'whether a study can be analysed: the role of every series, and why',
  },
  phantom: { run: phantomCommand, summary: 'synthetic lumbar MRI studies as DICOM with their truth' },
  dataset: { run: datasetCommand, summary: 'training tensors, prepared by the code that serves' },
  evaluate: { run: evaluateCommand, summary: 'a model pack on whole studies with known grades' },
  compare: { run: compareCommand, summary: 'a table of packs evaluated on the same studies' },
  'fetch-pack': {
    run: fetchPackCommand,
    summary: 'a model pack from a web server, checked against its hash',
  },
  codes: { run: codesCommand, summary: 'every reason, warning and fault by its code, as docs/reasons.md' },
  score: { run: scoreCommand, summary: "the challenge's metric of a submission" },
  bench: { run: benchCommand, summary: 'times of the parts beside their floors' },
  validate: { run: validateCommand, summary: 'the installed DICOM validators on report files' },
};

// What a command writes may hold data of patients.
process.umask(0o077);
const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command) {
  // A rejected promise is a defect: Node prints it and exits with 1.
  process.exitCode = await command.run(args);
} else {
  const lines = Object.entries(COMMANDS).map(([key, { summary }]) => `  ${key.padEnd(12)} ${summary}`);
  process.stderr.write(`usage: npm run -s cli -- COMMAND …\n${lines.join('\n')}\n`);
  process.exitCode = 2;
}
