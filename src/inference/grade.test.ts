import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { renderedPhantom } from '../../test/support/rendered-phantom.ts';
import { ImagingError } from '../dicom/imaging-error.ts';
import type { Stage } from '../domain/stage.ts';
import type { Volumes } from '../volume/volume.ts';
import { grade } from './grade.ts';
import { loadModelPack } from './pack/load-model-pack.ts';
import type { ModelPack } from './pack/model-pack.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { volumes } = renderedPhantom(3, { family: 'demo' });
let pack: ModelPack;
beforeAll(async () => {
  pack = await loadModelPack('models/default', { preferred: ['cpu'], required: true }, 2);
});
afterAll(() => pack.close());

test('every stage is run under its name', async () => {
  const stages: Stage[] = [];
  const graded = await grade(pack, volumes, (stage, run) => {
    stages.push(stage);
    return run();
  });
  expect(graded).toMatchObject({ kind: 'graded', findings: { length: 25 } });
  expect(stages).toEqual(['localise', 'crop', 'classify']);
});

test('discs are looked for on the series that the manifest names', async () => {
  const { localiser } = pack.manifest;
  const input = { ...localiser.input, role: 'sagittal-t1' as const };
  const onT1 = { ...pack, manifest: { ...pack.manifest, localiser: { ...localiser, input } } };
  const { 'sagittal-t2': sagittal, ...others } = volumes;
  const graded = await grade(onT1, { ...others, 'sagittal-t1': sagittal! });
  expect(graded).toMatchObject({ kind: 'graded', levels: { length: 5 } });
});

test.each(['sagittal-t2', 'axial-t2'] as const)(
  'an image of %s that cannot be decoded makes the study ineligible',
  async (role) => {
    const broken = new ImagingError('cannot be decoded', { sopInstanceUid: '2.25.1', tag: '(7FE0,0010)' });
    const slices = volumes[role]!.slices.map((slice) => ({
      ...slice,
      pixels: () => Promise.reject(broken),
    }));
    const study: Volumes = { ...volumes, [role]: { ...volumes[role]!, slices } };
    expect(await grade(pack, study)).toEqual({
      kind: 'ineligible',
      reasons: [{ code: 'image-unreadable', facts: { words: broken.message } }],
    });
  },
);
