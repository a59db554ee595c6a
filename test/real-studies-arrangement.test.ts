import { describe, expect, test } from 'vitest';
import { inWords } from '../src/domain/remark.ts';
import { classify } from '../src/inference/classify/classify.ts';
import { cropRegions } from '../src/inference/crop/crop-regions.ts';
import { phantomDicom } from '../src/phantom/dicom/phantom-dicom.ts';
import { type PhantomStudy, phantomStudy } from '../src/phantom/phantom-study.ts';
import { element, only, pixelsOf, resampled, shuffled, uid, withAttributes } from './support/alter-image.ts';
import { readObjects } from './support/read-objects.ts';
import { realStudiesBench, WHEN } from './support/real-studies-bench.ts';

/** How images are numbered, ordered, repeated, lost and spread over series. */
const bench = realStudiesBench();

describe('what changes nothing', () => {
  test('1. InstanceNumber runs against position in sagittal T1', async () => {
    await bench.expectUndisturbed(
      bench.written(
        only('sagittal-t1', (dataSet, { index, count }) =>
          withAttributes(dataSet, { '00200013': element('IS', String(count - index)) }),
        ),
      ),
    );
  });

  test('2. InstanceNumber is not contiguous, not there, or the same on two images', async () => {
    await bench.expectUndisturbed(
      bench.written((dataSet, { index }) =>
        withAttributes(dataSet, {
          '00200013': index % 5 === 0 ? undefined : element('IS', String(1000 + 37 * (index - (index % 3)))),
        }),
      ),
    );
  });

  test('3. axial order reversed and images mixed on the way', async () => {
    await bench.expectUndisturbed(
      shuffled(
        bench.written(
          only('axial-t2', (dataSet, { index, count }) =>
            withAttributes(dataSet, { '00200013': element('IS', String(count - index)) }),
          ),
        ),
      ),
    );
  });

  test('5. several axial series, the upper discs in one and the lower ones in another', async () => {
    const objects = bench.written(
      only('axial-t2', (dataSet, { index, count }) =>
        withAttributes(
          dataSet,
          index < count / 2 ? {} : { '0020000E': uid('second axial'), '00200011': element('IS', '9') },
        ),
      ),
    );
    const { selection } = await readObjects(objects);
    expect(selection.chosen.get('axial-t2')).toHaveLength(2);
    await bench.expectUndisturbed(objects);
  });

  test('5. left and right of one level on different images: each finding names the one that shows it', async () => {
    const half = (name: string, from: number) =>
      bench.written((dataSet, { role, index }) => {
        if (role !== 'axial-t2') return name === 'first' ? dataSet : null;
        const { rows, columns } = pixelsOf(dataSet);
        const cut = resampled(dataSet, { rows, columns: columns / 2 }, (row, column) => [row, column + from]);
        return withAttributes(cut, { '0020000E': uid(name), '00080018': uid(name, index) });
      });
    const { columns } = bench.undisturbed.volumes['axial-t2']!.slices[0]!.plane;
    // Columns run to the patient's left.
    const { volumes } = await readObjects([...half('first', 0), ...half('second', columns / 2)]);
    const regions = await cropRegions(bench.pack.manifest.classifiers, volumes, bench.undisturbed.levels);
    const { findings } = await classify(bench.pack, regions, bench.undisturbed.levels, volumes);
    const recesses = findings.filter(({ condition }) => condition === 'subarticular_stenosis');
    expect(recesses).toHaveLength(10);
    for (const { side, location } of recesses) {
      const name = side === 'left' ? 'second' : 'first';
      expect(location?.image.seriesInstanceUid).toBe(uid(name).Value[0]);
    }
  });

  test('12. duplicate positions: every image there twice', async () => {
    const twice = bench.written((dataSet, { role, index }) =>
      withAttributes(dataSet, {
        '00080018': uid('copy', role, index),
        '00200013': element('IS', String(500 + index)),
      }),
    );
    await bench.expectUndisturbed([...twice, ...bench.written()]);
  });

  test('21. SOP Instance UIDs repeat across series', async () => {
    const objects = bench.written((dataSet, { index }) =>
      withAttributes(dataSet, { '00080018': uid('repeated', index) }),
    );
    const { selection } = await readObjects(objects);
    expect(selection.warnings.map(inWords)).toEqual([
      expect.stringMatching(/^\d+ SOP Instance UIDs name images of more than one series: /),
    ]);
    await bench.expectUndisturbed(objects);
  });
});

describe('what changes a little, or in a known way', () => {
  test('4. several oblique stacks in one axial series follow one another, each in its own order', async () => {
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    const studies = seeds.map((seed) =>
      phantomStudy(seed, {
        family: 'train',
        window: (_, plane) => ({ ...plane, rows: 320, columns: 48, rowSpacingMm: 0.7 }),
      }),
    );
    const stacks = ({ volumes }: PhantomStudy) =>
      new Set(volumes['axial-t2']!.slices.map(({ plane }) => plane.columnDirection.join())).size;
    const oblique = studies.find((each) => stacks(each) === 5)!;
    const planes = oblique.volumes['axial-t2']!.slices;
    const objects = phantomDicom(oblique, WHEN).map(({ bytes }) => bytes);
    const { volumes } = await readObjects(shuffled(objects));
    expect(volumes['axial-t2']!.slices.map(({ image }) => image.sopInstanceUid)).toEqual(
      planes.map(({ image }) => image.sopInstanceUid),
    );
  }, 60_000);

  test.each(['sagittal-t1', 'sagittal-t2', 'axial-t2'] as const)(
    'a slice of %s never arrived and the counts agree: noted, and every place stays where it is',
    async (role) => {
      const lost = (index: number) => index === 6;
      const objects = bench.written((dataSet, image) =>
        image.role === role && lost(image.index)
          ? null
          : // Numbered anew by who lost it: nothing but the gap tells.
            withAttributes(dataSet, {
              '00200013': element('IS', String(image.index - (image.index > 6 ? 1 : 0))),
            }),
      );
      const { selection, volumes } = await readObjects(objects);
      expect(selection.warnings).toHaveLength(1);
      expect(inWords(selection.warnings[0]!)).toMatch(
        /^The stack of .* is incomplete: 1 slice is missing: a gap of 8\.8 mm/,
      );
      const planes = volumes[role]!.slices.map(({ plane }) => plane.originMm);
      const before = bench.undisturbed.volumes[role]!.slices.map(({ plane }) => plane.originMm);
      expect(planes).toEqual(before.filter((_, index) => !lost(index)));
      const seen = await bench.seeVolumes(volumes);
      for (const [i, { discMm }] of seen.levels.entries()) {
        const whole = bench.undisturbed.levels[i]!.discMm;
        expect(Math.hypot(...discMm.map((mm, axis) => mm - whole[axis]!))).toBeLessThan(2);
      }
    },
  );
});
