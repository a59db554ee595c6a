import { withoutTelemetry } from '../config/environment.ts';

type Command = (args: string[]) => Promise<number>;

/** Each loads what it needs, and no more. */
const COMMANDS: Readonly<Record<string, { load(): Promise<Command>; readonly summary: string }>> = {
  demo: {
    load: async () => (await import('./demo/demo.ts')).demoCommand,
    summary: 'a synthetic (or your own) study through a private Orthanc and the service',
  },
  'import-rsna': {
    load: async () => (await import('./import-rsna/import-rsna-command.ts')).importRsnaCommand,
    summary: "the challenge's layout to conforming DICOM",
  },
  inspect: {
    load: async () => (await import('./inspect/inspect.ts')).inspectCommand,
    summary: 'whether a study can be analysed: the role of every series, and why',
  },
  doctor: {
    load: async () => (await import('./doctor/doctor.ts')).doctorCommand,
    summary: 'whether the service can work with your archive, and what to set',
  },
  phantom: {
    load: async () => (await import('./phantom/phantom.ts')).phantomCommand,
    summary: 'synthetic lumbar MRI studies as DICOM with their truth',
  },
  dataset: {
    load: async () => (await import('./dataset/dataset.ts')).datasetCommand,
    summary: 'training tensors, prepared by the code that serves',
  },
  evaluate: {
    load: async () => (await import('./evaluate/evaluate.ts')).evaluateCommand,
    summary: 'a model pack on whole studies with known grades',
  },
  compare: {
    load: async () => (await import('./compare.ts')).compareCommand,
    summary: 'a table of packs evaluated on the same studies',
  },
  'fetch-pack': {
    load: async () => (await import('./fetch-pack/fetch-pack-command.ts')).fetchPackCommand,
    summary: 'a model pack from a web server, checked against its hash',
  },
  'model-repository': {
    load: async () => (await import('./model-repository/model-repository.ts')).modelRepositoryCommand,
    summary: "a pack's networks laid out for an inference server",
  },
  migrate: {
    load: async () => (await import('./migrate.ts')).migrateCommand,
    summary: 'the tables of the database, brought to this version',
  },
  keys: {
    load: async () => (await import('./keys/keys.ts')).keysCommand,
    summary: 'API keys: made, listed, revoked',
  },
  audit: {
    load: async () => (await import('./audit/audit.ts')).auditCommand,
    summary: 'whether an audit log is whole',
  },
  backup: {
    load: async () => (await import('./backup/backup.ts')).backupCommand,
    summary: 'a copy of the embedded database, while it is in use',
  },
  restore: {
    load: async () => (await import('./backup/restore.ts')).restoreCommand,
    summary: 'the embedded database out of such a copy',
  },
  shadow: {
    load: async () => (await import('./shadow/shadow.ts')).shadowCommand,
    summary: 'how the shadow pack compares with the pack that reports',
  },
  worklist: {
    load: async () => (await import('./worklist/worklist.ts')).worklistCommand,
    summary: 'steps of the worklist: open, ours, and those of lost installations',
  },
  codes: {
    load: async () => (await import('./codes.ts')).codesCommand,
    summary: 'every reason, warning and fault by its code, as docs/reasons.md',
  },
  metrics: {
    load: async () => (await import('./metrics.ts')).metricsCommand,
    summary: 'every metric with its labels, as docs/metrics.md',
  },
  score: {
    load: async () => (await import('./score.ts')).scoreCommand,
    summary: "the challenge's metric of a submission",
  },
  bench: {
    load: async () => (await import('./bench/bench.ts')).benchCommand,
    summary: 'times of the parts beside their floors',
  },
  validate: {
    load: async () => (await import('./validate/validate.ts')).validateCommand,
    summary: 'the installed DICOM validators on report files',
  },
};

// What a command writes may hold data of patients.
process.umask(0o077);
withoutTelemetry();
const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command) {
  // A rejected promise is a defect: Node prints it and exits with 1.
  process.exitCode = await (await command.load())(args);
} else {
  const lines = Object.entries(COMMANDS).map(([key, { summary }]) => `  ${key.padEnd(16)} ${summary}`);
  process.stderr.write(`usage: npm run -s cli -- COMMAND …\n${lines.join('\n')}\n`);
  process.exitCode = 2;
}
