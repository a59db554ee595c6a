import { Ajv } from 'ajv';
import manifestSchema from '../../../models/manifest.schema.json' with { type: 'json' };
import { LEVELS } from '../../domain/level.ts';
import { LEVEL_TARGETS } from '../../domain/target.ts';
import { ModelPackError } from './model-pack-error.ts';
import { type ClassifierSpec, type InputSpec, LANDMARK_LEVELS, type PackManifest } from './pack-manifest.ts';

const SCHEMA = 'spinegrade-pack/2';

/**
 * Checks a manifest's text against models/manifest.schema.json and its own consistency.
 * @throws ModelPackError
 */
export function parseManifest(folder: string, text: string): PackManifest {
  const refuse = (problems: readonly string[]) =>
    new ModelPackError(
      folder,
      problems.map((problem) => `manifest.json ${problem}`),
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse([`is not JSON: ${(cause as Error).message}`]);
  }
  const schema = (json as { schema?: unknown } | null)?.schema;
  if (typeof schema === 'string' && schema !== SCHEMA) {
    throw refuse([`/schema is ${schema}, this service reads ${SCHEMA}`]);
  }
  const validate = new Ajv({ allErrors: true, strictTypes: false }).compile<PackManifest>(manifestSchema);
  if (!validate(json)) {
    // "must match then schema" only repeats what is said of the place itself.
    const errors = validate.errors!.filter(({ keyword }) => keyword !== 'if');
    throw refuse(errors.map((e) => `${e.instancePath || '/'} ${e.message}`));
  }
  const problems = [
    ...localiserProblems(json),
    ...roleProblems(json),
    ...json.classifiers.flatMap((spec, k) =>
      classifierProblems(spec).map((problem) => `/classifiers/${k}${problem}`),
    ),
  ];
  if (problems.length > 0) throw refuse(problems);
  return json;
}

function localiserProblems({ localiser }: PackManifest): string[] {
  const { landmarks } = localiser.output;
  const missing = LEVELS.filter((level) => !landmarks.includes(level));
  const ordered = LANDMARK_LEVELS.filter((level) => landmarks.includes(level));
  return [
    ...missing.map((level) => `/localiser/output/landmarks lacks ${level}`),
    ...(ordered.some((level, i) => landmarks[i] !== level)
      ? ['/localiser/output/landmarks must run from cranial to caudal']
      : []),
  ];
}

function roleProblems({ requires, uses, localiser, classifiers }: PackManifest): string[] {
  const read = new Set(
    classifiers.flatMap(({ inputs }) => inputs).flatMap(({ views }) => views.map((view) => view.role)),
  );
  const { role } = localiser.input;
  return [
    ...(requires.includes(role) ? [] : [`/requires lacks ${role}, which the localiser reads`]),
    ...requires.filter((r) => !uses.includes(r)).map((r) => `/uses lacks ${r}, which is required`),
    ...[...read].filter((r) => !uses.includes(r)).map((r) => `/uses lacks ${r}, which a view reads`),
  ];
}

function classifierProblems(spec: ClassifierSpec): string[] {
  const tensors = [...spec.inputs.map(({ name }) => name), ...(spec.mask === undefined ? [] : [spec.mask])];
  const levels = LEVELS.filter((level) => spec.levels.includes(level));
  return [
    ...(new Set(tensors).size < tensors.length ? ['/inputs: two ONNX inputs have one name'] : []),
    ...(levels.some((level, i) => spec.levels[i] !== level)
      ? ['/levels must run from cranial to caudal']
      : []),
    ...spec.inputs.flatMap((input, i) =>
      inputProblems(input, spec).map((problem) => `/inputs/${i}${problem}`),
    ),
    ...outputProblems(spec).map((problem) => `/output${problem}`),
  ];
}

function inputProblems({ views, layout }: InputSpec, { sample }: ClassifierSpec): string[] {
  const sideless = views.filter(({ side, centre = 'canal' }) => side === null && centre !== 'canal');
  return [
    ...(new Set(views.map((view) => view.slicesMm.length)).size > 1
      ? ['/views must all have the same number of slicesMm']
      : []),
    ...(layout === 'volume' && views.length !== 1 ? ['/views: a volume is a single view'] : []),
    ...(sample === 'level' && views.some((view) => view.side === 'near')
      ? ['/views: a sample of a level has no near side']
      : []),
    ...sideless.map((view) => `/views: ${view.name}: a view centred on the ${view.centre} needs a side`),
  ];
}

/** What is wrong with the calibrations of the heads. */
function calibrationProblems({ inputs, mask, output }: ClassifierSpec): string[] {
  const classes = output.activation === 'softmax' ? output.classes.length : 1;
  const read = new Set(inputs.flatMap(({ views }) => views).map(({ role }) => role));
  return output.heads.flatMap(({ calibration, calibrationWithout = [] }, h) => {
    const places = calibrationWithout.map((each, i) => [`calibrationWithout/${i}`, each] as const);
    const lacks = calibrationWithout.map(({ roles }) => [...roles].sort().join());
    return [
      ...[['calibration', calibration] as const, ...places].flatMap(([place, { bias }]) =>
        bias.length === classes
          ? []
          : [`/heads/${h}/${place}/bias has ${bias.length} values, not ${classes}`],
      ),
      ...places.flatMap(([place, { roles }]) => [
        ...roles
          .filter((role) => !read.has(role))
          .map((role) => `/heads/${h}/${place}/roles: no view reads ${role}`),
        ...(roles.length < read.size ? [] : [`/heads/${h}/${place}/roles: nothing is left to be read`]),
      ]),
      ...(new Set(lacks).size < lacks.length
        ? [`/heads/${h}/calibrationWithout: a lack is there twice`]
        : []),
      ...(places.length > 0 && mask === undefined
        ? [`/heads/${h}/calibrationWithout: a network without a mask reads whole samples only`]
        : []),
    ];
  });
}

function outputProblems(spec: ClassifierSpec): string[] {
  const { sample, output } = spec;
  const problems = calibrationProblems(spec);
  if (output.activation === 'sigmoid') {
    const labels = output.heads.map(({ label }) => label);
    return new Set(labels).size < labels.length ? [...problems, '/heads: a label is there twice'] : problems;
  }
  if (output.classes.includes('Normal/Mild') && output.classes.some((c) => c === 'Normal' || c === 'Mild')) {
    problems.push('/classes: Normal and Mild are part of Normal/Mild');
  }
  const keys = output.heads.map(({ condition, side }) => `${condition} ${side}`);
  if (new Set(keys).size < keys.length) problems.push('/heads: a target is there twice');
  for (const [h, { condition, side }] of output.heads.entries()) {
    const known = LEVEL_TARGETS.some(
      (target) => target.condition === condition && target.side === (side === 'near' ? 'left' : side),
    );
    if (!known) problems.push(`/heads/${h}: ${condition} is not graded with side ${side}`);
    const fits = side === null || (side === 'near') === (sample === 'level-side');
    if (!fits) problems.push(`/heads/${h}: side ${side} does not fit samples of kind ${sample}`);
  }
  return problems;
}
