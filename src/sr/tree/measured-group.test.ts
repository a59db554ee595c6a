import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dcmtkJson, groupsOf, named } from '../../../test/support/dcmtk-json.ts';
import { readReport } from '../../../test/support/read-report.ts';
import { LEVELS } from '../../domain/level.ts';
import { isMeasured, MEASURES, type Measurement, type WhyUnmeasured } from '../../domain/measurement.ts';
import { composeReport } from '../encode/encode-report.ts';
import { measuredStudy } from '../measurements.fixture.ts';
import { gradedStudy, plannedImages, reportToCompose, STUDY_UID } from '../report.fixture.ts';
import { CODES, MEASURE_CODES, measurementName, UNMEASURED_CODES } from './coded-concepts.ts';
import { measurementTrackingUid } from './measured-group.ts';

const images = plannedImages('2.25.5');
const frames = images.map(({ reference }, index) => ({
  ...reference,
  frameNumber: index % 2 === 0 ? null : index,
}));

const of = (measurements: readonly Measurement[]) =>
  composeReport(reportToCompose({ images, graded: { ...gradedStudy(images), measurements } }));

/** Any measurements: each measure of each level at most once, measured or not, anywhere on any image. */
const anyMeasurements = fc
  .subarray(LEVELS.flatMap((level) => MEASURES.map((measure) => ({ level, measure }))))
  .chain((chosen) =>
    fc.tuple(
      ...chosen.map((one): fc.Arbitrary<Measurement> => {
        const pixel = fc.tuple(
          fc.double({ min: 0, max: 320, noNaN: true }),
          fc.double({ min: 0, max: 256, noNaN: true }),
        );
        const absent = fc
          .constantFrom(...(Object.keys(UNMEASURED_CODES) as WhyUnmeasured[]))
          .map((why) => ({ ...one, absent: why }));
        const measured = fc
          .record({
            value: fc.double({ min: -25, max: 600, noNaN: true }),
            image: fc.constantFrom(...frames),
            pixels:
              one.measure === 'sac-area'
                ? fc.array(pixel, { minLength: 3, maxLength: 40 })
                : fc.tuple(pixel, pixel),
          })
          .map((rest) => ({ ...one, ...rest, role: 'sagittal-t2' as const, pointsMm: [] }));
        return fc.oneof(absent, measured);
      }),
    ),
  );

test('whatever was measured, or not, is read back as it was', () => {
  fc.assert(
    fc.property(anyMeasurements, (measurements) => {
      const { measured, unmeasured, findings } = readReport(of(measurements).bytes);
      expect(findings).toHaveLength(25);
      const meant = measurements.filter(isMeasured);
      expect(measured).toHaveLength(meant.length);
      measured.forEach((read, index) => {
        const { level, measure, value, image, pixels } = meant[index]!;
        expect(read).toMatchObject({
          level,
          measure,
          sopInstanceUid: image.sopInstanceUid,
          frameNumber: image.frameNumber,
        });
        expect(read.value).toBeCloseTo(value, 9);
        // An area's outline is closed.
        const drawn = measure === 'sac-area' ? [...pixels, pixels[0]!] : pixels;
        expect(read.region).toEqual(drawn.flat().map(Math.fround));
        expect(read.inferredFrom).toEqual(read.region);
        expect(read.trackingIdentifier).toBe(measurementName(meant[index]!));
        expect(read.trackingUid).toBe(measurementTrackingUid(STUDY_UID, meant[index]!));
      });
      const absent = measurements.filter((each) => !isMeasured(each));
      expect(unmeasured.toSorted(byName)).toEqual(absent.toSorted(byName));
    }),
    { numRuns: 25 },
  );
});

const byName = (a: Measurement, b: Measurement) => measurementName(a).localeCompare(measurementName(b));

test('each length stands in a group of its own, read with DCMTK', async () => {
  const { bytes } = composeReport(reportToCompose({ images, graded: measuredStudy(images) }));
  const document = await dcmtkJson(bytes);
  const groups = groupsOf(document).slice(25);
  expect(groups).toHaveLength(24);
  for (const group of groups) {
    const numbers = Object.values(MEASURE_CODES).flatMap((code) => named(group, code));
    expect(numbers).toHaveLength(1);
    expect(named(numbers[0]!, CODES.imageRegion)[0]!['00700022']).toEqual(
      named(group, CODES.imageRegion)[0]!['00700022'],
    );
  }
});

test('a report of a study that nothing was measured of has the bytes it had before measures', () => {
  const input = reportToCompose({ images });
  const { measurements: _, ...graded } = measuredStudy(images);
  expect(composeReport({ ...input, graded: { ...graded, measurements: [] } }).bytes).toEqual(
    composeReport({ ...input, graded }).bytes,
  );
});

describe('refused', () => {
  const [first, ...rest] = measuredStudy(images).measurements!.filter(isMeasured);
  test.each([
    ['a measure twice', () => of([first!, first!, ...rest]), 'each measurement at most once'],
    [
      'a length on no image of the study',
      () => of([{ ...first!, image: { ...first!.image, seriesInstanceUid: '2.25.9' as never } }]),
      'not in the input set',
    ],
    [
      'an end beyond the corner',
      () =>
        of([
          {
            ...first!,
            pixels: [
              [-1, 2],
              [3, 4],
            ],
          },
        ]),
      'spatial coordinate',
    ],
    ['a length of one end', () => of([{ ...first!, pixels: [[1, 2]] }]), 'two points'],
  ])('%s', (_, compose, message) => expect(compose).toThrow(message));
});
