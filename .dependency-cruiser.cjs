/**
 * The walls of the house (docs/design.md, docs/architecture.md): who may import what. test/walls.test.ts shows each of
 * them to fail on a line that breaks it.
 *
 * Every room of src/, with the rooms it may import beside itself. Below all lie `domain` and `process`.
 */
const ROOMS = {
  domain: [],
  process: [],
  dicom: ['domain'],
  pixels: ['domain', 'process', 'dicom'],
  volume: ['domain', 'process', 'dicom', 'pixels'],
  series: ['domain', 'process', 'dicom', 'volume'],
  dicomweb: ['domain', 'process', 'dicom'],
  study: ['domain', 'dicom', 'pixels', 'volume', 'series', 'dicomweb'],
  measure: ['domain', 'volume'],
  inference: ['domain', 'process', 'volume', 'measure'],
  sr: ['domain', 'dicom', 'pixels', 'volume', 'measure'],
  fhir: ['domain', 'dicom', 'sr'],
  database: ['domain', 'process'],
  results: ['domain', 'dicom', 'pixels', 'volume', 'measure', 'sr', 'dicomweb', 'study', 'database'],
  observe: ['domain', 'process'],
  audit: ['domain', 'process'],
  shadow: ['domain', 'process', 'volume', 'inference', 'database', 'observe', 'evaluation'],
  jobs: ['domain', 'process', 'dicomweb', 'results', 'database', 'observe'],
  callbacks: ['domain', 'process', 'database', 'observe'],
  retention: ['domain', 'process', 'database', 'observe'],
  watch: ['domain', 'process', 'dicomweb', 'database', 'jobs'],
  worklist: ['domain', 'process', 'dicom', 'dicomweb', 'database', 'jobs'],
  cloudevents: ['domain', 'process'],
  config: ['domain', 'cloudevents', 'pixels', 'series', 'inference', 'observe', 'callbacks', 'retention'],
  http: [
    'domain',
    'process',
    'cloudevents',
    'fhir',
    'database',
    'shadow',
    'jobs',
    'callbacks',
    'observe',
    'audit',
  ],
  phantom: ['domain', 'dicom', 'volume'],
  evaluation: [
    'domain',
    'process',
    'dicom',
    'pixels',
    'volume',
    'series',
    'study',
    'measure',
    'inference',
    'phantom',
  ],
  dataset: ['domain', 'pixels', 'volume', 'inference', 'phantom', 'evaluation'],
};

const TESTS = '\\.(test|fixture)\\.ts$';
const anyOf = (names) => `^src/(${names.join('|')})/`;

const rooms = Object.entries(ROOMS).map(([room, below]) => ({
  name: `room-${room}`,
  comment: `src/${room} knows ${below.join(', ') || 'no other room'}.`,
  severity: 'error',
  from: { path: anyOf([room]), pathNot: TESTS },
  to: { path: '^src/', pathNot: anyOf([room, ...below]) },
}));

/** What only these rooms may import, tests included. */
const only = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'room-without-walls',
      comment:
        'A room that the table above does not name, or a file in no room beside the three that wire and run.',
      severity: 'error',
      from: {},
      to: {
        path: '^src/',
        pathNot: [
          anyOf([...Object.keys(ROOMS), 'roles', 'cli']),
          '^src/(server|compose|analyze-study)\\.ts$',
        ],
      },
    },
    ...rooms,
    {
      name: 'nothing-imports-the-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', TESTS] },
      to: { path: '^src/cli/' },
    },
    {
      name: 'only-the-process-wires',
      comment: 'src/roles wires the parts of a role; parts are handed to one another, never looked up.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/roles/', '^src/(server|compose)\\.ts$', TESTS] },
      to: { path: ['^src/roles/', '^src/(server|compose)\\.ts$'] },
    },
    {
      name: 'tests-wall',
      comment: 'Nothing in the product is only for tests.',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: ['^test/', TESTS] },
    },
    only(
      'dicomweb-client-wall',
      'The independent second reader of the doctor; the service does without it (docs/decisions/0001).',
      '^src/cli/doctor/',
      '^node_modules/dicomweb-client',
    ),
    only(
      'onnx-wall',
      'Only src/inference/network runs ONNX.',
      '^src/inference/network/',
      '^node_modules/onnxruntime',
    ),
    only('dcmjs-wall', 'Only src/sr and src/dicom know dcmjs.', '^src/(sr|dicom)/', '^node_modules/dcmjs'),
    only('queue-wall', 'Only src/jobs knows pg-boss.', '^src/jobs/', '^node_modules/pg-boss'),
    only(
      'database-wall',
      'Only src/database knows the drivers.',
      '^src/database/',
      '^node_modules/(pg|@electric-sql)/',
    ),
    only('http-wall', 'Only src/http knows express.', '^src/http/', '^node_modules/express'),
    only(
      'traces-wall',
      'Only src/observe/traces knows OpenTelemetry.',
      '^src/observe/traces/',
      '^node_modules/@opentelemetry/',
    ),
    {
      name: 'traces-on-demand',
      comment: 'OpenTelemetry is loaded only where traces are wanted: by an import that waits to be run.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/observe/traces/otlp-traces\\.ts$', TESTS] },
      to: {
        path: '^src/observe/traces/(otlp-traces|tracer-provider)\\.ts$',
        dependencyTypesNot: ['dynamic-import'],
      },
    },
    only(
      'archive-wall',
      'Only src/dicomweb makes requests to an archive, only src/callbacks to whoever is told of its analyses, only src/inference to an inference server.',
      '^src/(dicomweb|callbacks|inference/network/remote)/',
      '^node_modules/undici/',
    ),
    {
      name: 'socket-wall',
      comment:
        'Only src/http listens; the process and the CLI start it. The door for backups is a socket in the data folder. What an address is, node:net knows.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/(http|cli)/',
          '^src/database/embedded/backup-door\\.ts$',
          '^src/callbacks/forbidden-address\\.ts$',
          '^src/server\\.ts$',
          TESTS,
        ],
      },
      to: { dependencyTypes: ['core'], path: '^(node:)?(http|https|http2|net|tls|dgram)$' },
    },
    {
      name: 'process-wall',
      comment: 'Only the CLI starts other programs.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', TESTS] },
      to: { dependencyTypes: ['core'], path: '^(node:)?child_process$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
