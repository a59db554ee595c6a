import { expect, test } from 'vitest';
import type { LocalisedCase, LocalisedPlace } from './localised-case.ts';
import { summariseLocalised } from './summarise-localised.ts';

const place = (discMm: number | null, canalMm: number | null, canalDrawn = true): LocalisedPlace => ({
  level: 'L3/L4',
  ...{ discMm, canalMm, canalDrawn },
});
const options = { seed: 1, resamples: 0 };

test('what was not found counts as far off, a canal that nobody drew not at all', () => {
  const cases: LocalisedCase[] = [
    { localised: true, numberedRight: true, codes: [], places: [place(1, 2), place(4, null, false)] },
    { localised: true, numberedRight: false, codes: ['numbering-uncertain'], places: [place(7, 5)] },
    {
      ...{ localised: false, numberedRight: false, codes: ['discs-not-found'] },
      places: [place(null, null), place(null, null, false)],
    },
  ];
  expect(summariseLocalised(cases, options)).toMatchObject({
    ...{ cases: 3, localised: 2, numberedRight: { value: 1 / 3 }, doubted: { count: 1, wrong: 1 } },
    disc: { count: 5, within3Mm: { value: 0.2 }, within6Mm: { value: 0.4 }, meanMm: { value: 4 } },
    canal: { count: 3, within3Mm: { value: 1 / 3 }, within6Mm: { value: 2 / 3 }, meanMm: { value: 3.5 } },
  });
  expect(summariseLocalised([], options)).toBeNull();
});
