import { readFile } from 'node:fs/promises';
import type { LocalisedLevel } from '../../domain/assessment.ts';
import { exactOutlines } from '../../evaluation/masks/exact-outlines.ts';
import { labelPatch } from '../../evaluation/masks/label-patch.ts';
import type { phantomStudy } from '../../phantom/phantom-study.ts';
import type { PackManifest } from '../pack/pack-manifest.ts';
import { writeTinyPack } from '../pack/tiny-pack.fixture.ts';
import { sagittalSlices } from './measured-slices.ts';
import { segmentFrame, spineMiddle } from './segment-frame.ts';

/** A pack whose segmenter sees on every slice what the phantom's slices at L3/L4 show exactly. */
export async function writeExactPack(
  folder: string,
  { volumes }: Pick<ReturnType<typeof phantomStudy>, 'volumes'>,
  levels: readonly LocalisedLevel[],
): Promise<void> {
  const committed = JSON.parse(await readFile('models/default/manifest.json', 'utf8')) as PackManifest;
  const segmenter = JSON.parse(await readFile('training/segmenter.json', 'utf8'));
  const { foramenFinder: _, ...rest } = committed;
  const classifiers = committed.classifiers.filter(({ inputs }) =>
    inputs.every(({ views }) => views.every(({ centre }) => centre !== 'found-foramen')),
  );
  await writeTinyPack(
    folder,
    { ...rest, classifiers, segmenter },
    undefined,
    undefined,
    ({ input }, plane) => {
      const exact = exactOutlines(volumes, levels);
      const slice =
        plane === 'sagittal'
          ? volumes['sagittal-t2']!.slices.find(
              ({ image }) => image === sagittalSlices(volumes['sagittal-t2']!, levels)[2]!.image,
            )!
          : volumes['axial-t2']!.slices.find(({ image }) => {
              const [, , third] = exact.axial;
              return typeof third === 'object' && third.image === image;
            })!;
      const centre = plane === 'sagittal' ? spineMiddle(levels) : levels[2]!.canalMm;
      return labelPatch(slice.plane, slice.structures(), segmentFrame(plane, slice.plane, centre, input)).map(
        (label) => (label === 255 ? 0 : label),
      );
    },
  );
}
