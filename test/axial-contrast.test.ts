import { describe, expect, test, vi } from 'vitest';
import { inWords } from '../src/domain/remark.ts';
import { type AlterImage, phantomDicom } from '../src/phantom/dicom/phantom-dicom.ts';
import { type PhantomStudy, phantomStudy } from '../src/phantom/phantom-study.ts';
import { spinEchoContrast } from '../src/phantom/picture/contrast/spin-echo-contrast.ts';
import { renderSlice } from '../src/phantom/picture/render-slice.ts';
import { seededRandom } from '../src/phantom/random.ts';
import { tissueSampler } from '../src/phantom/tissue/tissue-sampler.ts';
import { element, withAttributes } from './support/alter-image.ts';
import { ofFewerPixels } from './support/phantom-objects.ts';
import { readObjects } from './support/read-objects.ts';

/** Slices are rendered, which a busy machine may take long for. */
vi.setConfig({ testTimeout: 120_000 });

/** An axial series of another contrast than T2 is not to be graded as if it were T2, whatever its headers leave out. */
const TIMES = {
  T1: { repetitionTimeMs: 600, echoTimeMs: 11, inversionTimeMs: null },
  'proton density': { repetitionTimeMs: 2800, echoTimeMs: 18, inversionTimeMs: null },
  FLAIR: { repetitionTimeMs: 8500, echoTimeMs: 110, inversionTimeMs: 2250 },
  T2: { repetitionTimeMs: 3800, echoTimeMs: 100, inversionTimeMs: null },
} as const;
type Kind = keyof typeof TIMES;

/** A study whose axial series was taken so, on fewer pixels: nothing is graded here. */
function withAxial(kind: Kind, seed: number): PhantomStudy {
  const study = phantomStudy(seed, {
    family: 'held-out',
    omit: ['sagittal-t1', 'sagittal-t2'],
    window: ofFewerPixels,
  });
  const { anatomy, volumes } = study;
  const [series] = study.series;
  const times = { weighting: kind === 'T1' ? 'T1' : 'T2', ...TIMES[kind] } as const;
  const contrast = spinEchoContrast(anatomy, times, seededRandom(seed, `axial ${kind}`));
  const sampler = tissueSampler(anatomy);
  const slices = volumes['axial-t2']!.slices.map(({ plane, image, structures }, index) => {
    const rendered = renderSlice(sampler, anatomy, plane, contrast, series!.acquisition, seed + index);
    return { plane, image, structures, rendered: () => rendered, pixels: async () => rendered };
  });
  return {
    ...study,
    series: [{ ...series!, contrast }],
    volumes: { 'axial-t2': { ...volumes['axial-t2']!, slices } },
  };
}

async function axialOf(study: PhantomStudy, alter: AlterImage) {
  const when = { studyDate: '20240131', studyTime: '101500' };
  const objects = phantomDicom(study, when, alter).map(({ bytes }) => bytes);
  const { selection } = await readObjects(objects);
  const [{ role, reasons } = { role: null, reasons: [] }] = selection.decisions;
  // There are no sagittal series here, which is another matter.
  const warnings = selection.warnings.filter(({ code }) => !code.startsWith('without-'));
  return { role, words: reasons.map(inWords).join('; '), warnings: warnings.map(inWords) };
}

const described = (description: string) => ({ '0008103E': element('LO', description) });
const untimed = { '00180080': undefined, '00180081': undefined, '00180082': undefined };

describe.each([901, 902, 904])('an axial series of phantom %i', (seed) => {
  test.each([
    ['T1', 'axial T1: no role', 'AX T1 TSE', 'the description says T1'],
    ['proton density', 'proton density-weighted', 'AX PD TSE', 'another contrast than T1 and T2'],
    ['FLAIR', 'fluid-suppressed, neither T1 nor T2', 'AX T2 FLAIR', 'the description says FLAIR'],
  ] as const)(
    'of %s has no role: by its times, though it is called T2; else by its description',
    async (kind, byTimes, description, byDescription) => {
      const study = withAxial(kind, seed);
      const timed = await axialOf(study, (dataSet) => withAttributes(dataSet, described('AX T2 TSE')));
      expect(timed).toMatchObject({ role: null, words: expect.stringContaining(byTimes) });
      const told = await axialOf(study, (dataSet) =>
        withAttributes(dataSet, { ...untimed, ...described(description) }),
      );
      expect(told).toMatchObject({ role: null, words: expect.stringContaining(byDescription) });
      const bare = await axialOf(study, (dataSet) =>
        withAttributes(dataSet, { ...untimed, ...described('') }),
      );
      // By its pixels FLAIR may pass for T2: then the result says that only they tell.
      if (kind === 'FLAIR' && bare.role !== null) {
        expect(bare.warnings.join()).toContain('that it is not fluid-suppressed (FLAIR) is not known');
      } else expect(bare.role, bare.words).toBeNull();
    },
  );

  test('of T2 is axial T2: by its times, its description or its pixels, the last with a warning', async () => {
    const study = withAxial('T2', seed);
    const timed = await axialOf(study, (dataSet) => withAttributes(dataSet, described('AX T1 TSE')));
    expect(timed).toMatchObject({ role: 'axial-t2', warnings: [] });
    const told = await axialOf(study, (dataSet) => withAttributes(dataSet, untimed));
    expect(told).toMatchObject({ role: 'axial-t2', warnings: [] });
    const bare = await axialOf(study, (dataSet) => withAttributes(dataSet, { ...untimed, ...described('') }));
    expect(bare.role, bare.words).toBe('axial-t2');
    expect(bare.warnings).toHaveLength(1);
  });
});
