import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LocalisedLevel } from '../domain/assessment.ts';
import { GRADES } from '../domain/grade.ts';
import { LEVELS } from '../domain/level.ts';
import { along, dot, type Point, subtract } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { LEVEL_TARGETS, targetKey } from '../domain/target.ts';
import { patientToPixel, pixelToPatient } from '../imaging/plane-geometry.ts';
import type { SlicePlane } from '../imaging/volume.ts';
import { cropRegions } from '../inference/crop-regions.ts';
import { localiserInput } from '../inference/localiser-input.ts';
import type { PackManifest } from '../inference/pack-manifest.ts';
import { type PhantomStudy, phantomStudy } from '../phantom/phantom-study.ts';
import { seededRandom } from '../phantom/random.ts';
import type { Truth } from '../phantom/truth.ts';
import { npyWriter } from './npy-writer.ts';

const USAGE = `usage: npm run -s cli -- dataset --out DIR --studies N [--seed S] [--family train|held-out]
  [--prevalence balanced|clinical] [--contrast mixed|physical|random] [--pack FILE] [--workers W]

Renders the samples that training needs, through the sampling code of the service, to DIR/shard-K/*.npy.
Study i has the seed S + i, whatever the number of workers.
`;

/** How far the localiser may be off: the classifier is trained on regions cut that far off. */
const LOCALISER_ERROR_MM = 1.5;
/** The localiser is trained on stacks centred up to this far beside the canal. */
const OFF_CENTRE_MM = 11;

interface DatasetOptions {
  readonly out: string;
  readonly studies: number;
  readonly seed: number;
  readonly family: 'train' | 'held-out';
  readonly prevalence: 'balanced' | 'clinical';
  readonly contrast: 'mixed' | 'physical' | 'random';
  readonly packFile: string;
  readonly workers: number;
  readonly shard: number | null;
}

/** `cli dataset`: exit code 0, or 2 on misuse. */
export async function datasetCommand(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${USAGE}`);
    return 2;
  }
  if (options.shard !== null) {
    await writeShard(options, options.shard);
    return 0;
  }
  const children = Array.from({ length: options.workers }, (_, k) =>
    fork(process.argv[1]!, ['dataset', ...args, '--shard', String(k)]),
  );
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number));
  return codes.every((code) => code === 0) ? 0 : 1;
}

function readOptions(args: string[]): DatasetOptions | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        out: { type: 'string' },
        studies: { type: 'string' },
        seed: { type: 'string', default: '1' },
        family: { type: 'string', default: 'train' },
        prevalence: { type: 'string', default: 'balanced' },
        contrast: { type: 'string', default: 'mixed' },
        pack: { type: 'string', default: 'training/default-pack.json' },
        workers: { type: 'string', default: '2' },
        shard: { type: 'string' },
      },
    });
    const { out, family, prevalence, contrast } = values;
    const [studies, seed, workers] = [values.studies, values.seed, values.workers].map(Number);
    if (!out) return 'dataset: --out is missing';
    if (!Number.isInteger(studies) || studies! < 1)
      return 'dataset: --studies must be a whole number above 0';
    if (!Number.isInteger(seed) || !Number.isInteger(workers) || workers! < 1) {
      return 'dataset: --seed and --workers must be whole numbers';
    }
    if (family !== 'train' && family !== 'held-out') return 'dataset: --family must be train or held-out';
    if (prevalence !== 'balanced' && prevalence !== 'clinical') {
      return 'dataset: --prevalence must be balanced or clinical';
    }
    if (contrast !== 'mixed' && contrast !== 'physical' && contrast !== 'random') {
      return 'dataset: --contrast must be mixed, physical or random';
    }
    const shard = values.shard === undefined ? null : Number(values.shard);
    return {
      out,
      studies: studies!,
      seed: seed!,
      workers: workers!,
      family,
      prevalence,
      contrast,
      packFile: values.pack,
      shard,
    };
  } catch (cause) {
    return `dataset: ${(cause as Error).message}`;
  }
}

async function writeShard(options: DatasetOptions, shard: number): Promise<void> {
  const pack = JSON.parse(await readFile(options.packFile, 'utf8')) as PackManifest;
  const folder = join(options.out, `shard-${shard}`);
  await mkdir(folder, { recursive: true });
  const { localiser, classifier } = pack;
  const { views, size } = classifier.input;
  const write = async (name: string, type: 'Uint8Array' | 'Float32Array', shape: readonly number[]) =>
    npyWriter(join(folder, `${name}.npy`), type, shape);
  const landmarks = 2 * localiser.output.landmarks.length;
  const files = {
    images: await write('localiser-images', 'Uint8Array', [
      localiser.input.slices,
      localiser.input.size,
      localiser.input.size,
    ]),
    targets: await write('localiser-targets', 'Float32Array', [landmarks, 4]),
    views: await write('views', 'Uint8Array', [
      LEVELS.length,
      views.length,
      views[0]!.slicesMm.length,
      size,
      size,
    ]),
    mask: await write('mask', 'Uint8Array', [LEVELS.length, views.length]),
    grades: await write('grades', 'Uint8Array', [LEVELS.length, LEVEL_TARGETS.length]),
  };
  for (let i = shard; i < options.studies; i += options.workers) {
    const seed = options.seed + i;
    // The localiser reads a few whole slices, the classifier a small part of many: neither pays for the other.
    const study = phantomStudy(seed, { ...options, window: windowAroundSpine });
    const sample = await localiserSample(phantomStudy(seed, options), pack, seed);
    await files.images.append(toBytes(sample.image));
    await files.targets.append(sample.targets);
    const regions = await cropRegions(classifier, study.volumes, misplaced(study, seed));
    await files.views.append(toBytes(regions.views));
    await files.mask.append(toBytes(regions.mask, 1));
    await files.grades.append(grades(study));
    if (shard === 0) process.stderr.write(`\rdataset: ${i + 1} of ${options.studies} studies`);
  }
  for (const file of Object.values(files)) await file.close();
  await writeFile(join(folder, 'dataset.json'), `${JSON.stringify({ ...options, shard, pack }, null, 2)}\n`);
  if (shard === 0) process.stderr.write('\n');
}

/** Regions reach this far from the canal's centre, corners of turned patches included. */
const WINDOW_MM = 42;
/** Axial slices farther than this from every disc plane are in no region. */
const AXIAL_REACH_MM = 16;

/**
 * The part of a slice that regions can be cut from: rendering the rest would be waste.
 */
function windowAroundSpine(role: SeriesRole, plane: SlicePlane, { levels }: Truth): SlicePlane {
  const places = levels.map(({ canalMm }) => patientToPixel(plane, canalMm));
  const nearest = Math.min(...places.map((place) => Math.abs(place.distanceMm)));
  const reach = role === 'axial-t2' ? Math.max(AXIAL_REACH_MM, nearest) : Number.POSITIVE_INFINITY;
  const near = places.filter((place) => Math.abs(place.distanceMm) <= reach);
  const bounds = (values: readonly number[], spacingMm: number, size: number) => {
    const margin = WINDOW_MM / spacingMm;
    const first = Math.min(size - 2, Math.max(0, Math.floor(Math.min(...values) - margin)));
    const last = Math.max(first + 1, Math.min(size - 1, Math.ceil(Math.max(...values) + margin)));
    return [first, last - first + 1] as const;
  };
  const [column, columns] = bounds(
    near.map((place) => place.column),
    plane.columnSpacingMm,
    plane.columns,
  );
  const [row, rows] = bounds(
    near.map((place) => place.row),
    plane.rowSpacingMm,
    plane.rows,
  );
  return { ...plane, originMm: pixelToPatient(plane, column, row), rows, columns };
}

/** One stack around a place near the canal, and where the landmarks lie in it: column, row, lateral mm, visible. */
async function localiserSample(study: PhantomStudy, pack: PackManifest, seed: number) {
  const rng = seededRandom(seed, 'localiser-sample');
  const { landmarks } = study.truth;
  const spec = pack.localiser;
  const middle = landmarks.find((landmark) => landmark.level === 'L3/L4')!;
  const volume = study.volumes['sagittal-t2']!;
  const input = await localiserInput(
    volume,
    spec,
    middle.canalMm[0] + rng.uniform(-OFF_CENTRE_MM, OFF_CENTRE_MM),
  );
  const half = (spec.input.size - 1) / 2;
  const place = (point: Point) => {
    const relative = subtract(point, input.frame.centreMm);
    const column = dot(relative, input.frame.columnDirection) / spec.input.mmPerPixel + half;
    const row = dot(relative, input.frame.rowDirection) / spec.input.mmPerPixel + half;
    const at = Math.round(row) * spec.input.size + Math.round(column);
    const inside = column >= 0 && row >= 0 && column <= 2 * half && row <= 2 * half;
    // Where the field of view ends the sampled image is exactly 0: a landmark out there cannot be asked for.
    const seen =
      inside && neighbourhoodSum(input.data, spec.input.size, Math.floor(spec.input.slices / 2), at) > 0;
    return [column, row, dot(relative, input.leftDirection), seen ? 1 : 0];
  };
  const rows = spec.output.landmarks.map((level) => landmarks.find((landmark) => landmark.level === level)!);
  const targets = [...rows.map((l) => place(l.discMm)), ...rows.map((l) => place(l.canalMm))];
  return { image: input.data, targets: Float32Array.from(targets.flat()) };
}

function neighbourhoodSum(data: Float32Array, size: number, channel: number, at: number): number {
  let sum = 0;
  for (let dr = -3; dr <= 3; dr++) {
    for (let dc = -3; dc <= 3; dc++) sum += data[channel * size * size + at + dr * size + dc] ?? 0;
  }
  return sum;
}

/** The true levels, each moved by the error the localiser may make. */
function misplaced(study: PhantomStudy, seed: number): LocalisedLevel[] {
  const rng = seededRandom(seed, 'localiser-error');
  const error = () => rng.normal(0, LOCALISER_ERROR_MM);
  const move = (point: Point) => along(point, [error(), error(), error()], 1);
  return study.truth.levels.map(({ level, discMm, canalMm }) => ({
    level,
    discMm: move(discMm),
    canalMm: move(canalMm),
    confidence: 1,
  }));
}

function grades(study: PhantomStudy): Uint8Array {
  const values = LEVELS.flatMap((level) =>
    LEVEL_TARGETS.map((target) => GRADES.indexOf(study.truth.grades[targetKey({ ...target, level })]!)),
  );
  return Uint8Array.from(values);
}

function toBytes(values: Float32Array, scale = 255): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = Math.round(values[i]! * scale);
  return bytes;
}
