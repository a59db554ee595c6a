import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseTemplate } from '../src/dataset/pack-template.ts';
import { dot, midpoint, type Point, subtract } from '../src/domain/point.ts';
import { inWords } from '../src/domain/remark.ts';
import { targetKey } from '../src/domain/target.ts';
import { evaluateStudy } from '../src/evaluation/evaluate-study.ts';
import type { LabelledStudy } from '../src/evaluation/sources/labelled-study.ts';
import { phantomSources } from '../src/evaluation/sources/study-source.ts';
import { samplesOf } from '../src/inference/classify/classifier-samples.ts';
import { wholeSliceFrame } from '../src/inference/crop/whole-slice-frame.ts';
import type { ClassifierSpec } from '../src/inference/pack/classifier-spec.ts';
import { loadModelPack } from '../src/inference/pack/load-model-pack.ts';
import type { PackManifest } from '../src/inference/pack/pack-manifest.ts';
import { type MarkedPlaces, writeTinyPack } from '../src/inference/pack/tiny-pack.fixture.ts';
import { phantomStudy } from '../src/phantom/phantom-study.ts';

/** A study is rendered once and every pack reads it, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const TEMPLATES = 'training/packs';
/** A folder of trained packs that are to be served as well. */
const TRAINED = process.env['SPINEGRADE_TEST_PACKS'];

const SEED = 21;
const OPTIONS = { family: 'demo', prevalence: 'balanced' } as const;
const root = mkdtempSync(join(tmpdir(), 'pack-kinds-'));
const templates = readdirSync(TEMPLATES, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.json'),
);
const folderOf = (file: string) => join(root, file.replace(/\W/g, '-'));
const trained = TRAINED === undefined ? [] : readdirSync(TRAINED).map((name) => join(TRAINED, name));
let study: LabelledStudy;
beforeAll(async () => {
  const [source] = phantomSources(SEED, 1, OPTIONS);
  const opened = await source!.open();
  if (opened.kind !== 'labelled') throw new Error(`the phantom is ${opened.kind}`);
  study = opened;
});
afterAll(() => rmSync(root, { recursive: true }));

/** The phantom's foramina, midway between left and right, as a finder of every slice would mark them. */
const foraminaOfPhantom: MarkedPlaces = ({ input, output }) => {
  const { truth, volumes } = phantomStudy(SEED, OPTIONS);
  const { slices } = volumes[input.role]!;
  const { plane } = slices[Math.floor(slices.length / 2)]!;
  const frame = wholeSliceFrame(plane, input);
  const side = Math.round((input.size * input.mmPerPixel) / output.mmPerPixel);
  return output.levels.map((name, level) => {
    const [left, right] = truth.sidePoints.filter((place) => place.level === name);
    const relative = subtract(midpoint(left!.foramenMm, right!.foramenMm), frame.centreMm);
    const along = (direction: Point) => dot(relative, direction) / output.mmPerPixel + (side - 1) / 2;
    return { level, column: along(frame.columnDirection), row: along(frame.rowDirection) };
  });
};

/** What networks are made to say of a whole study: target keys, and labels with their levels. */
function promised({ classifiers }: Pick<PackManifest, 'classifiers'>): {
  targets: Set<string>;
  labels: Set<string>;
} {
  const [targets, labels] = [new Set<string>(), new Set<string>()];
  for (const spec of classifiers) {
    for (const { level, side } of samplesOf(spec)) {
      if (spec.output.activation === 'sigmoid') {
        for (const { label } of spec.output.heads) labels.add(`${label} ${level}`);
      } else {
        for (const head of spec.output.heads) {
          targets.add(targetKey({ ...head, side: head.side === 'near' ? side : head.side, level }));
        }
      }
    }
  }
  return { targets, labels };
}

async function serve(folder: string, asked: LabelledStudy) {
  const pack = await loadModelPack(folder, { preferred: ['cpu'], required: true }, 1);
  try {
    return { manifest: pack.manifest, result: await evaluateStudy(pack, asked) };
  } finally {
    await pack.close();
  }
}

async function servesAWholeStudy(folder: string, taught: boolean) {
  const { manifest, result } = await serve(folder, study);
  if (result.kind !== 'evaluated') throw new Error(result.reasons.join('; '));
  const { targets, labels } = promised(manifest);
  expect(new Set(result.findings.map(targetKey))).toEqual(targets);
  expect(result.findings).toHaveLength(targets.size);
  expect(new Set(result.observations.map(({ label, level }) => `${label} ${level}`))).toEqual(labels);
  expect(result.observations).toHaveLength(labels.size);
  expect(targets.size + labels.size).toBeGreaterThan(0);
  // A finder that was trained for a step sees nothing, or anything.
  const untaught = taught || manifest.foramenFinder === undefined ? [] : ['not-read', 'numbering-uncertain'];
  expect(result.warnings.filter(({ code }) => !untaught.includes(code))).toEqual([]);
  for (const { location } of [...result.findings, ...result.observations]) expect(location).not.toBeNull();
  expect(result.rows).toHaveLength(targets.size);
}

test.each(templates)('a pack of the kind %s serves a whole study', async (file) => {
  const { manifest } = parseTemplate(file, readFileSync(join(TEMPLATES, file), 'utf8'));
  const folder = folderOf(file);
  await writeTinyPack(folder, manifest, undefined, foraminaOfPhantom);
  await servesAWholeStudy(folder, true);
});

test.each(templates)('a pack of the kind %s says what it cannot read, or reads it without', async (file) => {
  const folder = folderOf(file);
  const onlySagittalT2 = { ...study, volumes: { 'sagittal-t2': study.volumes['sagittal-t2']! } };
  const { manifest, result } = await serve(folder, onlySagittalT2);
  const lacking = manifest.classifiers.filter(({ inputs, mask }) => {
    const elsewhere = inputs.flatMap(({ views }) => views.map((view) => view.role !== 'sagittal-t2'));
    return mask === undefined ? elsewhere.includes(true) : !elsewhere.includes(false);
  });
  // What a network that can read it says too, another need not say.
  const others = manifest.classifiers.filter((spec) => !lacking.includes(spec));
  const said = (...classifiers: ClassifierSpec[]) => {
    const { targets, labels } = promised({ classifiers });
    return [...targets, ...labels];
  };
  const known = said(...others);
  const told = lacking.filter((spec) => !said(spec).every((each) => known.includes(each)));
  const words = (result.kind === 'evaluated' ? result.warnings : result.reasons).map(inWords);
  expect(words).toHaveLength(told.length);
  for (const [i, spec] of told.entries()) expect(words[i]).toContain(`Network ${spec.file} did not read`);
  expect(result.kind).toBe(lacking.length === manifest.classifiers.length ? 'ineligible' : 'evaluated');
});

test.skipIf(trained.length === 0).each(trained)(
  'the trained pack %s serves a whole study',
  async (folder) => {
    expect(existsSync(join(folder, 'manifest.json'))).toBe(true);
    await servesAWholeStudy(folder, false);
  },
);
