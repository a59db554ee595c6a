import { describe, expect, test } from 'vitest';
import { deterministicUid } from '../../dicom/deterministic-uid.ts';
import type { ImageReference } from '../../domain/image-reference.ts';
import type { SopInstanceUid } from '../../domain/uid.ts';
import { CODES } from './coded-concepts.ts';
import {
  codeItem,
  container,
  imageItem,
  numItem,
  scoord3dPoint,
  scoordPoint,
  textItem,
  uidItem,
} from './content-item.ts';

const image: ImageReference = {
  sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
  sopInstanceUid: deterministicUid('image'),
  seriesInstanceUid: deterministicUid('series'),
  frameOfReferenceUid: null,
  frameNumber: null,
};
const source = imageItem(CODES.sourceOfMeasurement, image);

describe('relationships that table A.35.13-2 does not have cannot be built', () => {
  test.each([
    [
      'CONTAINER INFERRED FROM CODE',
      () => {
        const item = codeItem(CODES.finding, CODES.device);
        // @ts-expect-error the type forbids it as well
        return container(CODES.imageLibrary, [{ relationship: 'INFERRED FROM', item }]);
      },
    ],
    [
      'CONTAINER HAS CONCEPT MOD UIDREF',
      () => {
        const item = uidItem(CODES.trackingUniqueIdentifier, deterministicUid('x'));
        // @ts-expect-error the type forbids it as well
        return container(CODES.imageLibrary, [{ relationship: 'HAS CONCEPT MOD', item }]);
      },
    ],
    [
      'NUM CONTAINS CODE',
      () => {
        const item = codeItem(CODES.finding, CODES.device);
        // @ts-expect-error the type forbids it as well
        return numItem(CODES.probability, 1, CODES.noUnits, [{ relationship: 'CONTAINS', item }]);
      },
    ],
    [
      'CODE SELECTED FROM IMAGE',
      () =>
        // @ts-expect-error the type forbids it as well
        codeItem(CODES.finding, CODES.device, [{ relationship: 'SELECTED FROM', item: source }]),
    ],
  ])('%s', (name, build) => {
    expect(build).toThrow(new TypeError(`${name} is not allowed (PS3.3 table A.35.13-2)`));
  });
});

test('what the table has is built as given', () => {
  const laterality = codeItem(CODES.laterality, CODES.device);
  const site = codeItem(CODES.findingSite, CODES.lumbarSpine, [
    { relationship: 'HAS CONCEPT MOD', item: laterality },
  ]);
  const group = container(CODES.measurementGroup, [{ relationship: 'HAS CONCEPT MOD', item: site }], '1501');
  expect(group).toMatchObject({
    valueType: 'CONTAINER',
    continuity: 'SEPARATE',
    templateId: '1501',
    children: [{ relationship: 'HAS CONCEPT MOD', item: { children: [{ item: laterality }] } }],
  });
});

describe('illegal values cannot be built', () => {
  test.each([
    ['a number that is none', () => numItem(CODES.probability, Number.NaN, CODES.noUnits), RangeError],
    ['an infinite number', () => numItem(CODES.probability, Infinity, CODES.noUnits), RangeError],
    ['an empty text', () => textItem(CODES.comment, ' '), RangeError],
    ['a control character', () => textItem(CODES.comment, 'a\u0000b'), RangeError],
    ['a UID with an empty component', () => uidItem(CODES.frameOfReferenceUid, '1..2'), TypeError],
    [
      'an image without UID',
      () => imageItem(null, { ...image, sopInstanceUid: '' as SopInstanceUid }),
      TypeError,
    ],
    ['a pixel before the corner', () => scoordPoint(CODES.finding, [-0.1, 3], source), RangeError],
    ['a pixel that is none', () => scoordPoint(CODES.finding, [1, Number.NaN], source), RangeError],
    ['a point at infinity', () => scoord3dPoint(CODES.finding, [0, 0, Infinity], '1.2.3'), RangeError],
    ['a point without frame', () => scoord3dPoint(CODES.finding, [0, 0, 0], ''), TypeError],
  ])('%s', (_, build, error) => {
    expect(build).toThrow(error);
  });
});
