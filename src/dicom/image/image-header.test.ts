import { expect, test } from 'vitest';
import { SMALL_IMAGE } from './image.fixture.ts';
import { headerFromJson } from './image-header.ts';
import { studyContext } from './study-context.ts';

test('text and numbers are read alike', () => {
  const header = headerFromJson({
    ...SMALL_IMAGE,
    '00180081': { vr: 'DS', Value: ['102.5 '] },
    '00180080': { vr: 'DS', Value: [3500] },
    '00200011': { vr: 'IS', Value: ['4'] },
    '00180010': { vr: 'LO', Value: ['agent'] },
  });
  expect(header).toMatchObject({
    sopInstanceUid: '2.25.3',
    frameOfReferenceUid: '2.25.9',
    imagePositionMm: [1, -10, 20.5],
    rowDirection: [0, 1, 0],
    columnDirection: [0, 0, -1],
    pixelSpacingMm: [2, 0.5],
    rows: 4,
    columns: 5,
    echoTimeMs: 102.5,
    repetitionTimeMs: 3500,
    seriesNumber: 4,
    instanceNumber: 7,
    contrastAgentGiven: true,
    imageType: ['ORIGINAL', 'PRIMARY', 'OTHER'],
  });
});

test('what is missing or malformed is null, not NaN', () => {
  const header = headerFromJson({
    '00080016': { vr: 'UI', Value: ['1.2'] },
    '00080018': { vr: 'UI', Value: ['1.3'] },
    '0020000D': { vr: 'UI', Value: ['1.4'] },
    '0020000E': { vr: 'UI', Value: ['1.5'] },
    '00180081': { vr: 'DS' },
    '00180080': { vr: 'DS', Value: ['', null] },
    '00180082': { vr: 'DS', Value: ['abc'] },
    '00200032': { vr: 'DS', Value: [1, 2] },
    '00200037': { vr: 'DS', Value: [1, 0, 0, 0, 'x', 0] },
    '00280030': { vr: 'DS', Value: [0.5, 0] },
  });
  expect(header).toMatchObject({
    echoTimeMs: null,
    repetitionTimeMs: null,
    inversionTimeMs: null,
    imagePositionMm: null,
    rowDirection: null,
    columnDirection: null,
    pixelSpacingMm: null,
    frameOfReferenceUid: null,
    instanceNumber: null,
    imageType: [],
    contrastAgentGiven: false,
    numberOfFrames: 1,
    rows: 0,
  });
});

test.each([
  ['00080016', '(0008,0016)'],
  ['00080018', '(0008,0018)'],
  ['0020000D', '(0020,000D)'],
  ['0020000E', '(0020,000E)'],
])('a header without %s is refused by its name', (tag, named) => {
  const { [tag]: _, ...rest } = SMALL_IMAGE;
  expect(() => headerFromJson(rest)).toThrow(named);
});

test('the study context holds patient and study attributes and nothing of series or image', () => {
  const context = studyContext({
    ...SMALL_IMAGE,
    '00080050': { vr: 'SH', Value: ['A1'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^J', Ideographic: '亜' }] },
    '00101030': { vr: 'DS', Value: [71] },
    '00200010': { vr: 'SH' },
  });
  expect(context).toEqual({
    '00080050': { vr: 'SH', Value: ['A1'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^J', Ideographic: '亜' }] },
    '00101030': { vr: 'DS', Value: [71] },
    '0020000D': { vr: 'UI', Value: ['2.25.1'] },
    '00200010': { vr: 'SH' },
  });
});
