import { describe, expect, test } from 'vitest';
import { inWords } from '../src/domain/remark.ts';
import { SERIES_ROLES, type SeriesRole } from '../src/domain/series-role.ts';
import { element, only, uid, withAttributes } from './support/alter-image.ts';
import { readObjects } from './support/read-objects.ts';
import { realStudiesBench } from './support/real-studies-bench.ts';

/** By what series are chosen, and which are there. */
const bench = realStudiesBench();

describe('what changes nothing', () => {
  test('8. SeriesDescription is wrong, or empty', async () => {
    const wrong = { 'sagittal-t1': 'SAG T2', 'sagittal-t2': '', 'axial-t2': 'LOCALIZER T1' };
    await bench.expectUndisturbed(
      bench.written((dataSet, { role }) =>
        withAttributes(dataSet, { '0008103E': element('LO', wrong[role]) }),
      ),
    );
  });

  test('20. no EchoTime and RepetitionTime: the description tells', async () => {
    await bench.expectUndisturbed(
      bench.written((dataSet) =>
        withAttributes(dataSet, { '00180080': element('DS'), '00180081': element('DS') }),
      ),
    );
  });

  test('20. nor a description: the pixels tell, and the figures are given', async () => {
    const objects = bench.written((dataSet) =>
      withAttributes(dataSet, {
        '00180080': element('DS'),
        '00180081': element('DS'),
        '0008103E': element('LO', ''),
      }),
    );
    const { selection } = await readObjects(objects);
    for (const { reasons } of selection.decisions) {
      expect(reasons.map(inWords).join()).toMatch(/seen in the pixels: .* times as bright as muscle/);
    }
    expect(selection.warnings).toHaveLength(3);
    expect(selection.warnings.map(inWords).join()).toContain(
      'Only its pixels tell the contrast of axial T2 (series 4)',
    );
    await bench.expectUndisturbed(objects);
  });
});

describe('what changes a little, or in a known way', () => {
  test.each(['sagittal-t1', 'axial-t2'] as const)(
    '6. without %s: masked, the rest as it was',
    async (role) => {
      const { volumes, selection } = await readObjects(bench.written(only(role, () => null)));
      expect(selection.missing).toEqual([]);
      expect(Object.keys(volumes).sort()).toEqual(SERIES_ROLES.filter((each) => each !== role).sort());
      const seen = await bench.seeVolumes(volumes);
      const uses = bench.pack.manifest.classifiers.map(({ inputs }) => inputs.flatMap(({ views }) => views));
      for (const [c, mask] of seen.masks.entries()) {
        const before = bench.undisturbed.masks[c]!;
        const views = uses[c]!;
        mask.forEach((value, i) => {
          expect(value).toBe(views[i % views.length]!.role === role ? 0 : before[i]!);
        });
      }
    },
  );

  test('6. without sagittal T2 the study is ineligible, and why is said', async () => {
    const { selection } = await readObjects(bench.written(only('sagittal-t2', () => null)));
    expect(selection.reasons.map(inWords)).toEqual(['no series qualifies as sagittal T2']);
  });

  test('7. other parts of the body, localisers, derived and subtracted images are turned down', async () => {
    const extra = (
      name: string,
      attributes: Parameters<typeof withAttributes>[1],
      role: SeriesRole = 'sagittal-t2',
    ) =>
      bench.written((dataSet, image) =>
        image.role !== role
          ? null
          : withAttributes(dataSet, {
              '0020000E': uid(name),
              '00080018': uid(name, image.index),
              '00200011': element('IS', '50'),
              ...attributes,
            }),
      );
    const others = [
      extra('neck', { '00180015': element('CS', 'CSPINE') }),
      extra('thorax', { '00180015': element('CS', 'SPINE'), '0008103E': element('LO', 'SAG T2 T-SPINE') }),
      extra('scout', { '00080008': element('CS', 'ORIGINAL', 'PRIMARY', 'LOCALIZER') }),
      extra('mpr', { '00080008': element('CS', 'DERIVED', 'SECONDARY', 'MPR') }, 'axial-t2'),
      extra('subtraction', { '00080008': element('CS', 'DERIVED', 'PRIMARY', 'SUBTRACTION') }, 'sagittal-t1'),
      extra('fat', { '00080008': element('CS', 'DERIVED', 'PRIMARY', 'DIXON', 'FAT') }),
      extra('capture', { '00080016': element('UI', '1.2.840.10008.5.1.4.1.1.7') }),
    ];
    const objects = [...others.flat(), ...bench.written()];
    const { selection } = await readObjects(objects);
    const refused = selection.decisions.filter(({ role }) => role === null);
    expect(refused).toHaveLength(others.length);
    const words = refused.map(({ reasons }) => reasons.map(inWords).join('; '));
    for (const [i, said] of [
      'BodyPartExamined (0018,0015)',
      'SeriesDescription (0008,103E)',
      'localiser',
      'reformatted',
      'subtraction',
      'fat image of a Dixon',
      'SOPClassUID (0008,0016)',
    ].entries()) {
      expect(words[i]).toContain(said);
    }
    await bench.expectUndisturbed(objects);
  }, 60_000);
});
