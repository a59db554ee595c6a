import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import { isCanaryStudy } from './canary-share.ts';

const uid = fc
  .tuple(
    fc.constantFrom('1.2.826.0.1.3680043.10', '2.25', '1.3.12.2.1107'),
    fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
  )
  .map(([root, parts]) => [root, ...parts].join('.') as StudyInstanceUid);
const share = fc.integer({ min: 0, max: 100 });

test('a study stays where it is: in a share and in every larger one, in none of 0 and in all of 100', () => {
  fc.assert(
    fc.property(uid, share, share, (study, one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      if (isCanaryStudy(study, less)) expect(isCanaryStudy(study, more)).toBe(true);
      expect(isCanaryStudy(study, one)).toBe(isCanaryStudy(study, one));
      expect([isCanaryStudy(study, 0), isCanaryStudy(study, 100)]).toEqual([false, true]);
    }),
  );
});

/** What a process of another version says of the same study: to be changed never. */
test.each([
  ['1.2.840.113619.2.1', 92],
  ['2.25.329800735698586629295641978511506172918', 31],
])('the place of %s among all studies is fixed', (study, percent) => {
  expect(isCanaryStudy(study as StudyInstanceUid, percent)).toBe(false);
  expect(isCanaryStudy(study as StudyInstanceUid, percent + 1)).toBe(true);
});

test.each([1, 10, 25, 50, 90])(
  '%i % of the studies of a scanner that counts upwards are in the share',
  (percent) => {
    const studies = 20_000;
    let inShare = 0;
    for (let serial = 0; serial < studies; serial += 1) {
      if (isCanaryStudy(`1.3.12.2.1107.5.2.18.41.${20261128000000 + serial}` as StudyInstanceUid, percent))
        inShare += 1;
    }
    const p = percent / 100;
    // Five standard deviations of a binomial count.
    expect(Math.abs(inShare - studies * p)).toBeLessThan(5 * Math.sqrt(studies * p * (1 - p)));
  },
);
