import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import manifestSchema from '../../models/manifest.schema.json' with { type: 'json' };
import type { Algorithm } from '../domain/assessment.ts';
import { GRADES } from '../domain/grade.ts';
import { LEVELS } from '../domain/level.ts';
import { LEVEL_TARGETS } from '../domain/target.ts';
import type { ExecutionProvider, ProviderChoice, ProviderFallback } from './execution-provider.ts';
import { loadNetwork } from './load-network.ts';
import type { ModelRunner } from './model-runner.ts';
import { LANDMARK_LEVELS, type PackManifest } from './pack-manifest.ts';

/** A model pack that refuses to start, with every problem found. */
export class ModelPackError extends Error {
  override readonly name = 'ModelPackError';
  readonly problems: readonly string[];
  constructor(folder: string, problems: readonly string[]) {
    super(`model pack ${folder} refused:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

export interface ModelPack {
  readonly manifest: PackManifest;
  /** SHA-256 of manifest.json, which holds the networks' own: the pack's identity. */
  readonly sha256: string;
  readonly algorithm: Algorithm;
  readonly provider: ExecutionProvider;
  readonly fallbacks: readonly ProviderFallback[];
  readonly localiser: ModelRunner;
  readonly classifier: ModelRunner;
  close(): Promise<void>;
}

/**
 * Reads, checks and loads the pack in `folder`: the manifest against its schema, each network's SHA-256, and the
 * names and shapes of its inputs and outputs against the manifest.
 * @throws ModelPackError naming every difference; Error when no execution provider works.
 */
export async function loadModelPack(
  folder: string,
  choice: ProviderChoice,
  threads: number,
): Promise<ModelPack> {
  const manifestBytes = await readFile(join(folder, 'manifest.json')).catch(() => {
    throw new ModelPackError(folder, ['manifest.json: missing or not readable']);
  });
  const manifest = parseManifest(folder, manifestBytes.toString('utf8'));
  const files = await Promise.all(
    [manifest.localiser, manifest.classifier].map(async ({ file, sha256 }) => {
      const bytes = await readFile(join(folder, file)).catch(() => null);
      return { file, bytes, matches: bytes !== null && sha256Hex(bytes) === sha256 };
    }),
  );
  const broken = files.filter((f) => !f.matches);
  if (broken.length > 0) {
    throw new ModelPackError(
      folder,
      broken.map((f) => `${f.file}: ${f.bytes ? 'its SHA-256 is not the one in the manifest' : 'missing'}`),
    );
  }
  const localiser = await loadNetwork(manifest.localiser.file, files[0]!.bytes!, choice, threads);
  const classifier = await loadNetwork(
    manifest.classifier.file,
    files[1]!.bytes!,
    { preferred: [localiser.provider], required: true },
    threads,
  );
  const problems = [
    ...compare(manifest.localiser.file, localiser.runner, localiserTensors(manifest)),
    ...compare(manifest.classifier.file, classifier.runner, classifierTensors(manifest)),
  ];
  if (problems.length > 0) throw new ModelPackError(folder, problems);
  const sha256 = sha256Hex(manifestBytes);
  return {
    manifest,
    sha256,
    algorithm: {
      name: manifest.name,
      version: manifest.version,
      packSha256: sha256,
      executionProvider: localiser.provider,
    },
    provider: localiser.provider,
    fallbacks: localiser.fallbacks,
    localiser: localiser.runner,
    classifier: classifier.runner,
    close: async () => {
      await localiser.runner.close();
      await classifier.runner.close();
    },
  };
}

/**
 * Checks a manifest's text against models/manifest.schema.json and its own consistency.
 * @throws ModelPackError
 */
export function parseManifest(folder: string, text: string): PackManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ModelPackError(folder, [`manifest.json is not JSON: ${(cause as Error).message}`]);
  }
  const validate = new Ajv({ allErrors: true, strictTypes: false }).compile<PackManifest>(manifestSchema);
  if (!validate(json)) {
    throw new ModelPackError(
      folder,
      validate.errors!.map((e) => `manifest.json ${e.instancePath || '/'} ${e.message}`),
    );
  }
  const { landmarks } = json.localiser.output;
  const problems: string[] = LEVELS.filter((level) => !landmarks.includes(level)).map(
    (level) => `manifest.json /localiser/output/landmarks lacks ${level}`,
  );
  if (!json.requires.includes(json.localiser.input.role)) {
    problems.push(`manifest.json /requires lacks ${json.localiser.input.role}, which the localiser reads`);
  }
  const ordered = LANDMARK_LEVELS.filter((level) => landmarks.includes(level));
  if (ordered.some((level, i) => landmarks[i] !== level)) {
    problems.push('manifest.json /localiser/output/landmarks must run from cranial to caudal');
  }
  if (new Set(json.classifier.input.views.map((view) => view.slicesMm.length)).size > 1) {
    problems.push('manifest.json /classifier/input/views must all have the same number of slicesMm');
  }
  if (problems.length > 0) throw new ModelPackError(folder, problems);
  return json;
}

interface ExpectedTensors {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
}

function localiserTensors({ localiser: { input, output } }: PackManifest): ExpectedTensors {
  const side = Math.round((input.size * input.mmPerPixel) / output.mmPerPixel);
  return {
    inputs: { [input.name]: [1, input.slices, input.size, input.size] },
    outputs: {
      [output.heatmaps]: [1, 2 * output.landmarks.length, side, side],
      [output.lateralOffset]: [1, 1, side, side],
    },
  };
}

function classifierTensors({ classifier: { input, output } }: PackManifest): ExpectedTensors {
  const channels = input.views[0]!.slicesMm.length;
  return {
    inputs: {
      [input.name]: [LEVELS.length, input.views.length, channels, input.size, input.size],
      [input.mask]: [LEVELS.length, input.views.length],
    },
    outputs: { [output.logits]: [LEVELS.length, LEVEL_TARGETS.length, GRADES.length] },
  };
}

/** Differences between what a network declares and what the manifest says; symbolic dimensions fit anything. */
function compare(file: string, runner: ModelRunner, expected: ExpectedTensors): string[] {
  const differences = (
    kind: 'input' | 'output',
    declared: ModelRunner['inputs'],
    wanted: Readonly<Record<string, readonly number[]>>,
  ) => {
    const missing = Object.entries(wanted).flatMap(([name, dims]) => {
      const found = declared.find((tensor) => tensor.name === name);
      if (!found)
        return [`${file}: ${kind} ${name} is not in the network (it has ${declared.map((t) => t.name)})`];
      const same =
        found.dims.length === dims.length &&
        dims.every((d, i) => typeof found.dims[i] !== 'number' || found.dims[i] === d);
      return same ? [] : [`${file}: ${kind} ${name} is [${found.dims}], the manifest says [${dims}]`];
    });
    const unknown = kind === 'input' ? declared.filter((tensor) => !(tensor.name in wanted)) : [];
    return [...missing, ...unknown.map((t) => `${file}: input ${t.name} is not in the manifest`)];
  };
  return [
    ...differences('input', runner.inputs, expected.inputs),
    ...differences('output', runner.outputs, expected.outputs),
  ];
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
