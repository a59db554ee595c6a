import { expect, test } from 'vitest';
import { dcmtkJson, first } from '../../../test/support/dcmtk-json.ts';
import { encodedResults } from '../../../test/support/encoded-results.ts';
import { plannedImages, plannedVolumes, reportToCompose } from '../report.fixture.ts';
import { encodeSecondaryCapture } from './secondary-capture.ts';

const picture = { width: 2, height: 2, samples: new Uint8Array(12) };
const [image] = plannedImages(null).map(({ reference }) => ({ image: reference }));
const told = { ratios: [4, 10.5], methods: ['ISO_15444_1', 'ISO_10918_1'] };
const untold = { ratios: [], methods: [] };

test('what is made of images compressed with loss says so, a picture and segmentations alike', async () => {
  const { SC, SEG } = await encodedResults();
  expect(SEG).toHaveLength(2);
  for (const bytes of [...SC, ...SEG]) {
    const json = await dcmtkJson(bytes);
    expect(first(json, '00282110')).toBe('01');
    expect(Number(first(json, '00282112'))).toBe(12.5);
    expect(first(json, '00282114')).toBe('ISO_10918_1');
  }
});

test('one image of several is enough; ratios and methods are of the first that tells any', async () => {
  const sources = [image!, { ...image!, lossy: untold }, { ...image!, lossy: told }];
  const json = await dcmtkJson(encodeSecondaryCapture(reportToCompose(), picture, sources, 'summary'));
  expect(first(json, '00282110')).toBe('01');
  expect(json['00282112']!.Value!.map(Number)).toEqual(told.ratios);
  expect(json['00282114']!.Value).toEqual(told.methods);
  const bare = await dcmtkJson(encodeSecondaryCapture(reportToCompose(), picture, sources.slice(0, 2), 'a'));
  expect([first(bare, '00282110'), bare['00282112'], bare['00282114']]).toEqual(['01', undefined, undefined]);
});

test('of images without loss nothing is said', async () => {
  const json = await dcmtkJson(encodeSecondaryCapture(reportToCompose(), picture, [image!], 'summary'));
  expect(json['00282110']).toBeUndefined();
  const { slices } = plannedVolumes(plannedImages(null))['sagittal-t2']!;
  expect(slices.every(({ lossy }) => lossy === undefined)).toBe(true);
});
