import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convert } from '../src/dicom/image/image.fixture.ts';
import type { Finding, LocalisedLevel } from '../src/domain/assessment.ts';
import type { Point } from '../src/domain/point.ts';
import { inWords } from '../src/domain/remark.ts';
import { SERIES_ROLES, type SeriesRole } from '../src/domain/series-role.ts';
import { type Target, targetKey } from '../src/domain/target.ts';
import { classify } from '../src/inference/classify/classify.ts';
import { cropRegions } from '../src/inference/crop/crop-regions.ts';
import { localise } from '../src/inference/localise/localise.ts';
import { loadModelPack } from '../src/inference/pack/load-model-pack.ts';
import type { ModelPack } from '../src/inference/pack/model-pack.ts';
import { type AlterImage, phantomDicom } from '../src/phantom/dicom/phantom-dicom.ts';
import { type PhantomStudy, phantomStudy } from '../src/phantom/phantom-study.ts';
import type { Volumes } from '../src/volume/volume.ts';
import {
  decimal,
  element,
  numbersOf,
  pixelsOf,
  resampled,
  withAttributes,
  withRowsBetween,
} from './support/alter-image.ts';
import { readObjects } from './support/read-objects.ts';

/**
 * What real studies do (each test names its point), on a phantom that does the same: what the networks see must be
 * what they see of the phantom left alone. Point 14 is tested with every syntax beside the decoders, 17 in
 * src/evaluation/tables/challenge-tables.test.ts.
 */
const PACK = fileURLToPath(new URL('../models/default', import.meta.url));
const WHEN = { studyDate: '20240131', studyTime: '101500' };

let pack: ModelPack;
let study: PhantomStudy;
let undisturbed: Seen;

beforeAll(async () => {
  pack = await loadModelPack(PACK, { preferred: ['cpu'], required: true }, 2);
  study = phantomStudy(77, { family: 'demo', contrast: 'physical', prevalence: 'balanced' });
  undisturbed = await see(written());
}, 120_000);
afterAll(() => pack.close());

interface Seen {
  readonly volumes: Volumes;
  readonly levels: readonly LocalisedLevel[];
  /** What the classifiers are given. */
  readonly tensors: readonly Float32Array[];
  readonly masks: readonly Float32Array[];
  readonly findings: () => Promise<readonly Finding[]>;
}

const written = (alter?: AlterImage) => phantomDicom(study, WHEN, alter).map(({ bytes }) => bytes);

async function seeVolumes(volumes: Volumes): Promise<Seen> {
  const localisation = await localise(pack, volumes['sagittal-t2']!);
  if (localisation.kind !== 'localised') throw new Error(localisation.reasons.join());
  const { levels } = localisation;
  const regions = await cropRegions(pack.manifest.classifiers, volumes, levels);
  return {
    volumes,
    levels,
    tensors: regions.flatMap(({ inputs }) => inputs),
    masks: regions.map(({ mask }) => mask),
    findings: async () => (await classify(pack, regions, levels, volumes)).findings,
  };
}

const see = async (objects: readonly Uint8Array[]) => seeVolumes((await readObjects(objects)).volumes);

function largestDifference(a: Seen, b: Seen): number {
  let largest = 0;
  for (const [t, tensor] of a.tensors.entries()) {
    const other = b.tensors[t]!;
    for (let i = 0; i < tensor.length; i++) largest = Math.max(largest, Math.abs(tensor[i]! - other[i]!));
  }
  return largest;
}

/** Places to a tenth of a millimetre and grey values to a thousandth: the rounding of text and of interpolation. */
async function expectUndisturbed(objects: readonly Uint8Array[]): Promise<void> {
  const seen = await see(objects);
  for (const [i, { discMm }] of seen.levels.entries()) {
    const before = undisturbed.levels[i]!.discMm;
    expect(Math.hypot(...discMm.map((mm, axis) => mm - before[axis]!))).toBeLessThan(0.1);
  }
  expect(seen.masks).toEqual(undisturbed.masks);
  expect(largestDifference(seen, undisturbed)).toBeLessThan(2e-3);
}

const only =
  (role: SeriesRole, alter: AlterImage): AlterImage =>
  (dataSet, image) =>
    image.role === role ? alter(dataSet, image) : dataSet;
const uid = (...parts: readonly unknown[]) =>
  element(
    'UI',
    `2.25.${BigInt(`0x${createHash('sha256').update(parts.join()).digest('hex').slice(0, 30)}`)}`,
  );
/** The same order each time, and no order anyone would want. */
const shuffled = <T>(items: readonly T[]) =>
  items
    .map((item, index) => ({ item, key: createHash('sha256').update(String(index)).digest('hex') }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);

describe('what changes nothing', () => {
  test('1. InstanceNumber runs against position in sagittal T1', async () => {
    await expectUndisturbed(
      written(
        only('sagittal-t1', (dataSet, { index, count }) =>
          withAttributes(dataSet, { '00200013': element('IS', String(count - index)) }),
        ),
      ),
    );
  });

  test('2. InstanceNumber is not contiguous, not there, or the same on two images', async () => {
    await expectUndisturbed(
      written((dataSet, { index }) =>
        withAttributes(dataSet, {
          '00200013': index % 5 === 0 ? undefined : element('IS', String(1000 + 37 * (index - (index % 3)))),
        }),
      ),
    );
  });

  test('3. axial order reversed and images mixed on the way', async () => {
    await expectUndisturbed(
      shuffled(
        written(
          only('axial-t2', (dataSet, { index, count }) =>
            withAttributes(dataSet, { '00200013': element('IS', String(count - index)) }),
          ),
        ),
      ),
    );
  });

  test('5. several axial series, the upper discs in one and the lower ones in another', async () => {
    const objects = written(
      only('axial-t2', (dataSet, { index, count }) =>
        withAttributes(
          dataSet,
          index < count / 2 ? {} : { '0020000E': uid('second axial'), '00200011': element('IS', '9') },
        ),
      ),
    );
    const { selection } = await readObjects(objects);
    expect(selection.chosen.get('axial-t2')).toHaveLength(2);
    await expectUndisturbed(objects);
  });

  test('5. left and right of one level on different images: each finding names the one that shows it', async () => {
    const half = (name: string, from: number) =>
      written((dataSet, { role, index }) => {
        if (role !== 'axial-t2') return name === 'first' ? dataSet : null;
        const { rows, columns } = pixelsOf(dataSet);
        const cut = resampled(dataSet, { rows, columns: columns / 2 }, (row, column) => [row, column + from]);
        return withAttributes(cut, { '0020000E': uid(name), '00080018': uid(name, index) });
      });
    const { columns } = undisturbed.volumes['axial-t2']!.slices[0]!.plane;
    // Columns run to the patient's left.
    const { volumes } = await readObjects([...half('first', 0), ...half('second', columns / 2)]);
    const regions = await cropRegions(pack.manifest.classifiers, volumes, undisturbed.levels);
    const { findings } = await classify(pack, regions, undisturbed.levels, volumes);
    const recesses = findings.filter(({ condition }) => condition === 'subarticular_stenosis');
    expect(recesses).toHaveLength(10);
    for (const { side, location } of recesses) {
      const name = side === 'left' ? 'second' : 'first';
      expect(location?.image.seriesInstanceUid).toBe(uid(name).Value[0]);
    }
  });

  test('8. SeriesDescription is wrong, or empty', async () => {
    const wrong = { 'sagittal-t1': 'SAG T2', 'sagittal-t2': '', 'axial-t2': 'LOCALIZER T1' };
    await expectUndisturbed(
      written((dataSet, { role }) => withAttributes(dataSet, { '0008103E': element('LO', wrong[role]) })),
    );
  });

  test('9. side comes from geometry, not from the half of the image: axial images stored mirrored', async () => {
    await expectUndisturbed(
      written(
        only('axial-t2', (dataSet) => {
          const { rows, columns } = pixelsOf(dataSet);
          return resampled(dataSet, { rows, columns }, (row, column) => [row, columns - 1 - column]);
        }),
      ),
    );
  });

  test('10. SpacingBetweenSlices and SliceThickness are absent', async () => {
    await expectUndisturbed(
      written((dataSet) => withAttributes(dataSet, { '00180088': undefined, '00180050': undefined })),
    );
  });

  test('11. Rows and Columns differ within a series', async () => {
    await expectUndisturbed(
      written((dataSet, { role, index, count }) => {
        const { rows, columns } = pixelsOf(dataSet);
        // What the localiser normalises its input by are the images in the middle, edges and all.
        const isMiddle = role === 'sagittal-t2' && Math.abs(index - count / 2) < 5;
        const cut = isMiddle ? 0 : 4 * (index % 3);
        const size = { rows: rows - 2 * cut, columns: columns - 2 * cut };
        return resampled(dataSet, size, (row, column) => [row + cut, column + cut]);
      }),
    );
  });

  test('12. duplicate positions: every image there twice', async () => {
    const twice = written((dataSet, { role, index }) =>
      withAttributes(dataSet, {
        '00080018': uid('copy', role, index),
        '00200013': element('IS', String(500 + index)),
      }),
    );
    await expectUndisturbed([...twice, ...written()]);
  });

  test('13. MONOCHROME1, signed pixels, rescale, several windows', async () => {
    const variants: AlterImage[] = [
      (dataSet) => recoded(dataSet, (value) => 4095 - value, { '00280004': element('CS', 'MONOCHROME1') }),
      (dataSet) =>
        recoded(dataSet, (value) => value - 2048, {
          '00280103': element('US', 1),
          '00281052': element('DS', '2048'),
          '00281053': element('DS', '1'),
        }),
      (dataSet) =>
        withAttributes(dataSet, { '00281052': element('DS', '-17'), '00281053': element('DS', '2.5') }),
      (dataSet) =>
        withAttributes(dataSet, {
          '00281050': element('DS', '40', '400'),
          '00281051': element('DS', '80', '2000'),
        }),
    ];
    // Rescale changes the values of a whole series or the networks' normalisation would see two scales.
    const byRole = { 'sagittal-t1': 0, 'sagittal-t2': 1, 'axial-t2': 2 };
    await expectUndisturbed(written((dataSet, image) => variants[byRole[image.role]]!(dataSet, image)));
    await expectUndisturbed(written(only('sagittal-t2', variants[3]!)));
  });

  test('14. a series of images in different syntaxes', async () => {
    const commands = [
      ['dcmcrle'],
      ['dcmcjpeg', '+e1'],
      ['dcmcjpls'],
      ['gdcmconv', '--j2k'],
      ['dcmconv', '+td'],
      ['dcmconv', '+ti'],
    ] as const;
    const objects = written().map((bytes, index) => {
      const [command, ...args] = commands[index % commands.length]!;
      return convert(bytes, command, ...args);
    });
    await expectUndisturbed(objects);
  }, 120_000);

  test('19. prone, feet first: images stored turned round by half a turn', async () => {
    await expectUndisturbed(
      written((dataSet) => {
        const { rows, columns } = pixelsOf(dataSet);
        const turned = resampled(dataSet, { rows, columns }, (row, column) => [
          rows - 1 - row,
          columns - 1 - column,
        ]);
        return withAttributes(turned, { '00185100': element('CS', 'FFP') });
      }),
    );
  });

  test('20. no EchoTime and RepetitionTime: the description tells', async () => {
    await expectUndisturbed(
      written((dataSet) => withAttributes(dataSet, { '00180080': element('DS'), '00180081': element('DS') })),
    );
  });

  test('20. nor a description: the pixels tell, and the figures are given', async () => {
    const objects = written((dataSet) =>
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
    await expectUndisturbed(objects);
  });

  test('21. SOP Instance UIDs repeat across series', async () => {
    const objects = written((dataSet, { index }) =>
      withAttributes(dataSet, { '00080018': uid('repeated', index) }),
    );
    const { selection } = await readObjects(objects);
    expect(selection.warnings.map(inWords)).toEqual([
      expect.stringMatching(/^\d+ SOP Instance UIDs name images of more than one series: /),
    ]);
    await expectUndisturbed(objects);
  });

  function recoded(
    dataSet: Parameters<AlterImage>[0],
    change: (value: number) => number,
    attributes: Parameters<typeof withAttributes>[1],
  ) {
    const { stored } = pixelsOf(dataSet);
    const cells = Uint16Array.from(stored, (value) => change(value) & 0x0fff);
    return withAttributes(dataSet, { ...attributes, '7FE00010': element('OW', cells.buffer) });
  }
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

  test.each(['sagittal-t1', 'axial-t2'] as const)(
    '6. without %s: masked, the rest as it was',
    async (role) => {
      const { volumes, selection } = await readObjects(written(only(role, () => null)));
      expect(selection.missing).toEqual([]);
      expect(Object.keys(volumes).sort()).toEqual(SERIES_ROLES.filter((each) => each !== role).sort());
      const seen = await seeVolumes(volumes);
      const uses = pack.manifest.classifiers.map(({ inputs }) => inputs.flatMap(({ views }) => views));
      for (const [c, mask] of seen.masks.entries()) {
        const before = undisturbed.masks[c]!;
        const views = uses[c]!;
        mask.forEach((value, i) => {
          expect(value).toBe(views[i % views.length]!.role === role ? 0 : before[i]!);
        });
      }
    },
  );

  test('6. without sagittal T2 the study is ineligible, and why is said', async () => {
    const { selection } = await readObjects(written(only('sagittal-t2', () => null)));
    expect(selection.reasons.map(inWords)).toEqual(['no series qualifies as sagittal T2']);
  });

  test.each(['sagittal-t1', 'sagittal-t2', 'axial-t2'] as const)(
    'a slice of %s never arrived and the counts agree: noted, and every place stays where it is',
    async (role) => {
      const lost = (index: number) => index === 6;
      const objects = written((dataSet, image) =>
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
      const before = undisturbed.volumes[role]!.slices.map(({ plane }) => plane.originMm);
      expect(planes).toEqual(before.filter((_, index) => !lost(index)));
      const seen = await seeVolumes(volumes);
      for (const [i, { discMm }] of seen.levels.entries()) {
        const whole = undisturbed.levels[i]!.discMm;
        expect(Math.hypot(...discMm.map((mm, axis) => mm - whole[axis]!))).toBeLessThan(2);
      }
    },
  );

  test('7. other parts of the body, localisers, derived and subtracted images are turned down', async () => {
    const extra = (
      name: string,
      attributes: Parameters<typeof withAttributes>[1],
      role: SeriesRole = 'sagittal-t2',
    ) =>
      written((dataSet, image) =>
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
    const objects = [...others.flat(), ...written()];
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
    await expectUndisturbed(objects);
  }, 60_000);

  test('12. anisotropic PixelSpacing: rows twice as close as columns', async () => {
    const seen = await see(written(withRowsBetween));
    const [rowMm, columnMm] = [
      seen.volumes['sagittal-t2']!.slices[0]!.plane.rowSpacingMm,
      seen.volumes['sagittal-t2']!.slices[0]!.plane.columnSpacingMm,
    ];
    expect(columnMm / rowMm).toBeCloseTo(2, 5);
    const moved = seen.levels.map(({ discMm }, i) =>
      Math.hypot(...discMm.map((mm, axis) => mm - undisturbed.levels[i]!.discMm[axis]!)),
    );
    // Rows between rows are smoother, and a flat peak may move a little; a wrong spacing would move every disc by far.
    moved.sort((a, b) => a - b);
    expect(moved[3]).toBeLessThan(0.2);
    expect(moved[4]).toBeLessThan(1.5);
    const before = undisturbed.tensors[0]!;
    const mean =
      seen.tensors[0]!.reduce((sum, value, i) => sum + Math.abs(value - before[i]!), 0) / before.length;
    expect(mean).toBeLessThan(0.02);
  });

  test('15. constant images are seen as they are, and every probability is a number', async () => {
    const seen = await see(
      written((dataSet, { index }) => {
        if (index % 4 !== 1) return dataSet;
        const cells = new Uint16Array(pixelsOf(dataSet).stored.length).fill(index % 8 === 1 ? 0 : 700);
        return withAttributes(dataSet, { '7FE00010': element('OW', cells.buffer) });
      }),
    );
    for (const tensor of seen.tensors) expect(tensor.every(Number.isFinite)).toBe(true);
    const findings = await seen.findings();
    expect(findings).toHaveLength(25);
    for (const { probabilities } of findings) {
      const sum = Object.values(probabilities).reduce((a, b) => a + b);
      expect(sum).toBeCloseTo(1, 6);
    }
  });

  test('18. a mirrored patient has left and right findings exchanged', async () => {
    const { volumes } = await readObjects(
      written((dataSet) => {
        const [x, y, z] = numbersOf(dataSet, '00200032');
        const [a, b, c, d, e, f] = numbersOf(dataSet, '00200037');
        return withAttributes(dataSet, {
          '00200032': element('DS', ...[-x!, y!, z!].map(decimal)),
          '00200037': element('DS', ...[-a!, b!, c!, -d!, e!, f!].map(decimal)),
        });
      }),
    );
    const mirrored = ([x, y, z]: Point): Point => [-x, y, z];
    // The places too: what the localiser makes of a mirrored patient is its own affair.
    const levels = undisturbed.levels.map((level) => ({
      ...level,
      discMm: mirrored(level.discMm),
      canalMm: mirrored(level.canalMm),
    }));
    const regions = await cropRegions(pack.manifest.classifiers, volumes, levels);
    const after = (await classify(pack, regions, levels, volumes)).findings;
    const before = await undisturbed.findings();
    const other = { left: 'right', right: 'left' } as const;
    let lateral = 0;
    for (const finding of before) {
      const target: Target = { ...finding, side: finding.side === null ? null : other[finding.side] };
      const exchanged = after.find((each) => targetKey(each) === targetKey(target))!;
      for (const grade of ['Normal/Mild', 'Moderate', 'Severe'] as const) {
        const difference = exchanged.probabilities[grade] - finding.probabilities[grade];
        expect(Math.abs(difference), targetKey(target)).toBeLessThan(0.1);
      }
      const twin = before.find((each) => targetKey(each) === targetKey(target))!;
      lateral = Math.max(lateral, Math.abs(twin.probabilities.Severe - finding.probabilities.Severe));
    }
    // Else exchanging them would show nothing.
    expect(lateral).toBeGreaterThan(0.3);
  });
});
