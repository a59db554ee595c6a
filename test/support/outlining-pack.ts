import { readFile } from 'node:fs/promises';
import type { LocalisedLevel } from '../../src/domain/assessment.ts';
import type { SeriesRole } from '../../src/domain/series-role.ts';
import { exactOutlines } from '../../src/evaluation/masks/exact-outlines.ts';
import { labelPatch } from '../../src/evaluation/masks/label-patch.ts';
import type { PackManifest } from '../../src/inference/pack/pack-manifest.ts';
import { writeTinyPack } from '../../src/inference/pack/tiny-pack.fixture.ts';
import { sagittalSlices } from '../../src/inference/segment/measured-slices.ts';
import { segmentFrame, spineMiddle } from '../../src/inference/segment/segment-frame.ts';
import type { PhantomVolume } from '../../src/phantom/phantom-slice.ts';
import type { PhantomStudy } from '../../src/phantom/phantom-study.ts';

/** Where a phantom's levels are, as a localiser that makes no mistake would say. */
export const exactLevels = ({ truth }: Pick<PhantomStudy, 'truth'>): readonly LocalisedLevel[] =>
  truth.levels.map((level) => ({ ...level, confidence: 1 }));

/** Writes a pack whose segmenter sees on every slice what the phantom's slices at L3/L4 show exactly. */
export async function writeOutliningPack(folder: string, study: PhantomStudy): Promise<void> {
  const volumes: Readonly<Partial<Record<SeriesRole, PhantomVolume>>> = study.volumes;
  const levels = exactLevels(study);
  const committed = JSON.parse(await readFile('models/default/manifest.json', 'utf8')) as PackManifest;
  const segmenter = JSON.parse(await readFile('training/segmenter.json', 'utf8'));
  const { foramenFinder: _, ...rest } = committed;
  const classifiers = committed.classifiers.filter(({ inputs }) =>
    inputs.every(({ views }) => views.every(({ centre }) => centre !== 'found-foramen')),
  );
  const manifest = { ...rest, classifiers, segmenter };
  const { axial } = exactOutlines(volumes, levels);
  await writeTinyPack(folder, manifest, undefined, undefined, ({ input }, plane) => {
    const [, , across] = axial;
    if (typeof across !== 'object') throw new Error('no axial slice shows L3/L4');
    const { image } = plane === 'sagittal' ? sagittalSlices(volumes['sagittal-t2']!, levels)[2]! : across;
    const slice = volumes[plane === 'sagittal' ? 'sagittal-t2' : 'axial-t2']!.slices.find(
      (each) => each.image === image,
    )!;
    const centre = plane === 'sagittal' ? spineMiddle(levels) : levels[2]!.canalMm;
    return labelPatch(slice.plane, slice.structures(), segmentFrame(plane, slice.plane, centre, input)).map(
      (label) => (label === 255 ? 0 : label),
    );
  });
}
