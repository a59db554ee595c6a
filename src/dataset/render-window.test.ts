import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cropRegions } from '../inference/crop/crop-regions.ts';
import { phantomStudy } from '../phantom/phantom-study.ts';
import type { Slice } from '../volume/volume.ts';
import { parseTemplate } from './pack-template.ts';
import { phantomTrainingStudy } from './phantom-training-study.ts';

const FILE = 'training/packs/phantom.json';
const { manifest } = parseTemplate(FILE, readFileSync(FILE, 'utf8'));
const OPTIONS = { family: 'train', artefacts: 0 } as const;

test('regions cut from the rendered part are those cut from whole slices, in fewer pixels', async () => {
  const seed = 3;
  const study = phantomTrainingStudy(seed, OPTIONS, manifest, false);
  const whole = phantomStudy(seed, OPTIONS);
  const [part] = await cropRegions(manifest.classifiers, study.volumes, study.levels);
  const [all] = await cropRegions(manifest.classifiers, whole.volumes, study.levels);
  expect(part!.mask).toEqual(all!.mask);
  const differing = part!.inputs[0]!.filter((value, i) => Math.abs(value - all!.inputs[0]![i]!) > 0.02);
  // Where the renderer looks more closely depends on a grid that begins at the slice's corner.
  expect(differing.length / part!.inputs[0]!.length).toBeLessThan(0.02);
  const sum = part!.inputs[0]!.reduce((a, value, i) => a + Math.abs(value - all!.inputs[0]![i]!), 0);
  expect(sum / part!.inputs[0]!.length).toBeLessThan(2e-3);
  const slice = study.volumes['axial-t2']!.slices[20]!;
  const wholeSlice = whole.volumes['axial-t2']!.slices[20]!;
  const area = ({ plane }: Slice) => plane.rows * plane.columns;
  expect(area(slice)).toBeLessThan(0.4 * area(wholeSlice));
}, 240_000);
