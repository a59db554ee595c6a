import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModelPack } from './load-model-pack.ts';
import { ModelPackError } from './model-pack-error.ts';

const COMMITTED = fileURLToPath(new URL('../../../models/default', import.meta.url));
const CPU = { preferred: ['cpu'], required: false } as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pack-'));
  await cp(COMMITTED, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Sets the value at a path of keys such as `localiser.input.slices`. */
async function changeManifest(changes: Readonly<Record<string, unknown>>): Promise<void> {
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  for (const [keys, value] of Object.entries(changes)) {
    const [last, ...parents] = keys.split('.').reverse() as [string, ...string[]];
    parents.reduceRight((node, key) => node[key], manifest)[last] = value;
  }
  await writeFile(path, JSON.stringify(manifest));
}

async function problems(): Promise<readonly string[]> {
  const cause = await loadModelPack(folder, CPU, 1).then(
    () => null,
    (error: unknown) => error,
  );
  expect(cause).toBeInstanceOf(ModelPackError);
  return (cause as ModelPackError).problems;
}

describe('loadModelPack', () => {
  it('loads the committed pack, which is small and says what it was trained on', async () => {
    const pack = await loadModelPack(folder, CPU, 1);
    expect(pack.provider).toBe('cpu');
    expect(pack.fallbacks).toEqual([]);
    expect(pack.manifest.trainedOn).toMatch(/synthetic/i);
    expect(pack.manifest.intendedUse).toMatch(/research use only.*not a medical device/i);
    await pack.close();
  });

  it('falls back to the next provider and says why, unless the first is required', async () => {
    const preferred = ['cuda', 'cpu'] as const;
    const pack = await loadModelPack(folder, { preferred, required: false }, 1);
    expect(pack.provider).toBe('cpu');
    expect(pack.fallbacks).toEqual([{ wanted: 'cuda', reason: expect.stringMatching(/./) }]);
    await pack.close();
    await expect(loadModelPack(folder, { preferred, required: true }, 1)).rejects.toThrow(
      /no execution provider works here \(cuda: /,
    );
  });

  it('refuses a network that is not the one of the manifest', async () => {
    await writeFile(join(folder, 'classifier.onnx'), await readFile(join(folder, 'localiser.onnx')));
    expect(await problems()).toEqual(['classifier.onnx: its SHA-256 is not the one in the manifest']);
  });

  it('refuses a pack with a missing file', async () => {
    await rm(join(folder, 'localiser.onnx'));
    expect(await problems()).toEqual(['localiser.onnx: missing']);
  });

  it('names every tensor whose name or shape is not what the manifest says', async () => {
    await changeManifest({ 'localiser.input.slices': 3, 'classifiers.3.output.name': 'scores' });
    expect(await problems()).toEqual([
      expect.stringMatching(/^localiser\.onnx: input slices is \[1,5,\d+,\d+\], the manifest says \[1,3,/),
      expect.stringMatching(/^classifier\.onnx: output scores is not in the network/),
    ]);
  });

  it('names every place where the manifest breaks its schema', async () => {
    await changeManifest({ 'localiser.minConfidence': 7, colour: 'blue' });
    expect(await problems()).toEqual([
      expect.stringMatching(/additional properties/),
      expect.stringMatching(/\/localiser\/minConfidence must be <= 1/),
    ]);
  });

  it('refuses landmarks that lack a graded level or are out of order', async () => {
    await changeManifest({ 'localiser.output.landmarks': ['S1/S2', 'L5/S1', 'L4/L5', 'L3/L4', 'L2/L3'] });
    expect(await problems()).toEqual([
      expect.stringMatching(/lacks L1\/L2/),
      expect.stringMatching(/from cranial to caudal/),
    ]);
  });

  it('refuses the manifests of earlier services by name', async () => {
    await changeManifest({ schema: 'spinegrade-pack/1' });
    expect(await problems()).toEqual([
      'manifest.json /schema is spinegrade-pack/1, this service reads spinegrade-pack/2',
    ]);
  });

  it('names every contradiction within a classifier', async () => {
    const head = { condition: 'spinal_canal_stenosis', side: 'left' };
    const calibration = { temperature: 1, bias: [0, 0] };
    await changeManifest({
      'classifiers.3.levels': ['L5/S1', 'L1/L2'],
      'classifiers.3.mask': 'views',
      'classifiers.3.inputs.0.layout': 'volume',
      'classifiers.3.inputs.0.rows': 97,
      'classifiers.3.inputs.0.views.0.side': 'near',
      'classifiers.3.inputs.0.views.1.slicesMm': [0],
      'classifiers.3.output.classes': ['Mild', 'Normal/Mild', 'Severe'],
      'classifiers.3.output.heads': [{ ...head, calibration }],
      uses: ['sagittal-t1', 'sagittal-t2'],
    });
    expect(await problems()).toEqual([
      'manifest.json /uses lacks axial-t2, which a view reads',
      'manifest.json /segmenter/axial/input/role: /uses lacks axial-t2',
      'manifest.json /classifiers/3/inputs: two ONNX inputs have one name',
      'manifest.json /classifiers/3/levels must run from cranial to caudal',
      'manifest.json /classifiers/3/inputs/0/views must all have the same number of slicesMm',
      'manifest.json /classifiers/3/inputs/0/rows: a patch of 96 rows does not show 97',
      'manifest.json /classifiers/3/inputs/0/views: a volume is a single view',
      'manifest.json /classifiers/3/inputs/0/views: a sample of a level has no near side',
      'manifest.json /classifiers/3/output/heads/0/calibration/bias has 2 values, not 3',
      'manifest.json /classifiers/3/output/classes: Normal and Mild are part of Normal/Mild',
      'manifest.json /classifiers/3/output/heads/0: spinal_canal_stenosis is not graded with side left',
    ]);
  });

  it('names every contradiction of a calibration for want of a series', async () => {
    const plain = { temperature: 1, bias: [0, 0, 0] };
    const head = { condition: 'spinal_canal_stenosis', side: null, calibration: plain };
    const place = 'manifest.json /classifiers/3/output/heads/0/calibrationWithout';
    const lacking = (...lacks: string[][]) => [
      { ...head, calibrationWithout: lacks.map((roles) => ({ ...plain, roles })) },
    ];
    const all = ['sagittal-t1', 'sagittal-t2', 'axial-t2'];
    await changeManifest({
      'classifiers.3.output.heads': lacking(['axial-t2', 'sagittal-t1'], ['sagittal-t1', 'axial-t2'], all),
    });
    expect(await problems()).toEqual([
      `${place}/2/roles: nothing is left to be read`,
      `${place}: a lack is there twice`,
    ]);
    const { inputs } = JSON.parse(await readFile(join(COMMITTED, 'manifest.json'), 'utf8')).classifiers[3];
    const views = inputs[0].views.filter((view: { role: string }) => view.role !== 'axial-t2');
    await changeManifest({
      'classifiers.3.inputs.0.views': views,
      'classifiers.3.mask': undefined,
      'classifiers.3.output.heads': [
        { ...head, calibrationWithout: [{ temperature: 1, bias: [0], roles: ['axial-t2'] }] },
      ],
    });
    expect(await problems()).toEqual([
      `${place}/0/bias has 1 values, not 3`,
      `${place}/0/roles: no view reads axial-t2`,
      `${place}: a network without a mask reads whole samples only`,
    ]);
  });

  it('says of an output what its own activation asks for', async () => {
    await changeManifest({
      'classifiers.3.output': { activation: 'sigmoid', name: 'logits', heads: [{ label: 'scoliosis' }] },
    });
    expect(await problems()).toEqual([
      "manifest.json /classifiers/3/output/heads/0 must have required property 'calibration'",
      'manifest.json /classifiers/3/output/heads/0/label must be equal to one of the allowed values',
    ]);
  });

  it('refuses a segmenter that reads or says what it cannot be measured by, with its path', async () => {
    const template = JSON.parse(await readFile('training/segmenter.json', 'utf8'));
    for (const network of Object.values<Record<string, unknown>>(template))
      network['sha256'] = '0'.repeat(64);
    template.axial.output.structures = ['disc'];
    template.sagittal.input.role = 'axial-t2';
    await changeManifest({ segmenter: template, uses: ['sagittal-t1', 'sagittal-t2'] });
    const found = await problems();
    expect(found).toEqual(
      expect.arrayContaining([
        'manifest.json /segmenter/sagittal/input/role: axial-t2 is not sagittal',
        'manifest.json /segmenter/axial/input/role: /uses lacks axial-t2',
        'manifest.json /segmenter/axial/output/structures lacks sac, which is measured',
      ]),
    );
    delete template.sagittal;
    await changeManifest({ segmenter: template });
    expect((await problems()).join()).toContain("/segmenter must have required property 'sagittal'");
  });
});
