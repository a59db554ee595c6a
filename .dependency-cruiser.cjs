/** The walls of the house (docs/design.md): who may import what. */
const only = (name, comment, pathNot, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-imports-nothing',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'dicomweb-client-wall',
      comment: 'An independent reader for tests; the product does without it (docs/decisions/0001).',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^node_modules/dicomweb-client' },
    },
    only('onnx-wall', 'Only src/inference runs ONNX.', '^src/inference/', '^node_modules/onnxruntime'),
    only('dcmjs-wall', 'Only src/sr and src/dicom know dcmjs.', '^src/(sr|dicom)/', '^node_modules/dcmjs'),
    only(
      'queue-wall',
      'Only src/jobs and src/database know pg-boss and the databases.',
      '^src/(jobs|database)/',
      '^node_modules/(pg-boss|pg|@electric-sql)/',
    ),
    only('http-wall', 'Only src/http knows express.', '^src/http/', '^node_modules/express'),
    {
      name: 'imaging-and-results-are-pure',
      comment: 'Pure parts know the domain and each other downward, never the network, the queue or the API.',
      severity: 'error',
      from: {
        path: '^src/(dicom|pixels|volume|series|sr|fhir|phantom)/',
        pathNot: '\\.(test|fixture)\\.ts$',
      },
      to: { path: '^src/(dicomweb|study|results|watch|database|jobs|http|inference|cli)/' },
    },
    {
      name: 'environment-wall',
      comment: 'No product code imports tests.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
