import manifestSchema from '../../../models/manifest.schema.json' with { type: 'json' };
import { LEVELS } from '../../domain/level.ts';
import { compiledSchema } from '../../process/compiled-schema.ts';
import { classifierProblems } from './classifier-problems.ts';
import { jointReadingProblems } from './joint-reading-problems.ts';
import { LANDMARK_LEVELS } from './localiser-spec.ts';
import { ModelPackError } from './model-pack-error.ts';
import type { PackManifest } from './pack-manifest.ts';
import { segmenterProblems } from './segmenter-problems.ts';

const SCHEMA = 'spinegrade-pack/2';
const packManifest = compiledSchema<PackManifest>(manifestSchema, { strictTypes: false });

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
  const validate = packManifest();
  if (!validate(json)) {
    // "must match then schema" only repeats what is said of the place itself.
    const errors = validate.errors!.filter(({ keyword }) => keyword !== 'if');
    throw refuse(errors.map((e) => `${e.instancePath || '/'} ${e.message}`));
  }
  const problems = [
    ...localiserProblems(json),
    ...roleProblems(json),
    ...(json.segmenter === undefined ? [] : segmenterProblems(json.segmenter, json.uses)),
    ...(json.jointReading === undefined ? [] : jointReadingProblems(json.jointReading)),
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

function roleProblems({ requires, uses, localiser, classifiers, foramenFinder }: PackManifest): string[] {
  const views = classifiers.flatMap(({ inputs }) => inputs).flatMap((input) => input.views);
  const finder = foramenFinder ? [foramenFinder.input.role] : [];
  const read = new Set([...views.map((view) => view.role), ...finder]);
  const { role } = localiser.input;
  return [
    ...(requires.includes(role) ? [] : [`/requires lacks ${role}, which the localiser reads`]),
    ...requires.filter((r) => !uses.includes(r)).map((r) => `/uses lacks ${r}, which is required`),
    ...(foramenFinder === undefined && views.some(({ centre }) => centre === 'found-foramen')
      ? ['/foramenFinder is missing: views are centred on what it finds']
      : []),
    ...[...read].filter((r) => !uses.includes(r)).map((r) => `/uses lacks ${r}, which a view reads`),
  ];
}
