import { describe, expect, test } from 'vitest';
import { element, imageBytes, T1_TIMES, T2_TIMES } from '../dicom/image/image.fixture.ts';
import { inWords } from '../domain/remark.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { reasonOf } from '../domain/unusable-study.ts';
import { decodeFrame } from '../pixels/decode-frame.ts';
import { archiveImages } from './archive-images.ts';
import { fetchVolumes } from './fetch-volumes.ts';
import { folderImages, metadataOf } from './folder-images.ts';
import type { ImageSource } from './image-source.ts';
import { inspectStudy } from './inspect-study.ts';

const ROLES = { requires: ['sagittal-t2'], uses: ['sagittal-t1', 'sagittal-t2', 'axial-t2'] } as const;
const SIZE = 160;
const SLICES = 8;

type Attributes = Readonly<Record<string, ReturnType<typeof element>>>;

/** One image of a sagittal series, `at` slices from its first. */
function image(series: number, at: number, attributes: Attributes = {}): Uint8Array {
  return imageBytes({
    '00080018': element('UI', `2.25.${series}.${at + 1}`),
    '0020000E': element('UI', `2.25.${series}`),
    '00200011': element('IS', String(series)),
    '00200013': element('IS', String(at + 1)),
    '00200032': element('DS', String(4 * at), '-90', '100'),
    '00280010': element('US', SIZE),
    '00280011': element('US', SIZE),
    '00280030': element('DS', '1.2', '1.2'),
    '7FE00010': element('OW', new Uint16Array(SIZE * SIZE).buffer),
    ...attributes,
  });
}

function series(number: number, attributes: Attributes): Uint8Array[] {
  return Array.from({ length: SLICES }, (_, at) => image(number, at, attributes));
}

const T2 = series(12, { ...T2_TIMES, '00100020': element('LO', 'P-1') });
const T1 = series(11, { ...T1_TIMES, '00100020': element('LO', 'P-1') });
const OF_ANOTHER = { '00100020': element('LO', 'SOMEBODY ELSE') };
const AXIAL = { '00200037': element('DS', '1', '0', '0', '0', '1', '0') };

const folder = (objects: readonly Uint8Array[]) =>
  folderImages(
    objects.map((bytes) => ({ json: metadataOf(bytes), read: async () => Uint8Array.from(bytes) })),
  );

const inspect = (source: ImageSource) => inspectStudy(source, ROLES);
const fetchFrom = async (source: ImageSource, as = source) =>
  fetchVolumes(source, decodeFrame, await inspect(as));

describe('images of two patients under one Study Instance UID', () => {
  test.each([
    ['in a series that would be chosen', [...T2, ...series(11, { ...T1_TIMES, ...OF_ANOTHER })]],
    ['in one image', [...T1, ...T2, image(12, SLICES, { ...T2_TIMES, ...OF_ANOTHER })]],
    ['in a series no model uses', [...T2, image(13, 0, { ...AXIAL, ...OF_ANOTHER })]],
  ])('%s: none is chosen, for that reason, without a word of whose they are', async (_, objects) => {
    const { selection, final } = await inspect(folder(objects));
    expect(selection.chosen.size).toBe(0);
    expect(selection.reasons).toEqual([
      { code: 'contradicting-patients', facts: { attributes: ['PatientID (0010,0020)'] } },
    ]);
    expect(final).toBe(true);
    expect(JSON.stringify([selection, selection.reasons.map(inWords)])).not.toMatch(/P-1|SOMEBODY/);
  });

  test('seen only when the images come: they are not graded either', async () => {
    const exchanged = T2.map((bytes, at) =>
      at === 3 ? image(12, 3, { ...T2_TIMES, ...OF_ANOTHER }) : bytes,
    );
    const fault = await fetchFrom(folder(exchanged), folder(T2)).catch((cause: unknown) => cause);
    expect(reasonOf(fault)).toMatchObject({ code: 'contradicting-patients' });
  });

  test('images that all are of another patient than their metadata', async () => {
    const others = series(12, { ...T2_TIMES, ...OF_ANOTHER });
    const exchanged: ImageSource = { ...folder(T2), instances: folder(others).instances };
    const fault = await fetchFrom(exchanged).catch((cause: unknown) => cause);
    expect(reasonOf(fault)).toMatchObject({ code: 'contradicting-patients' });
  });

  test('images that say nothing of their patient are nobody else’s', async () => {
    const { selection } = await inspect(folder([...T1, ...series(12, T2_TIMES)]));
    expect([...selection.chosen.keys()].sort()).toEqual(['sagittal-t1', 'sagittal-t2']);
  });
});

describe('what is no image within a series that is graded', () => {
  const raw = (sop: string) =>
    imageBytes({
      '00080016': element('UI', '1.2.840.10008.5.1.4.1.1.66'),
      '00080018': element('UI', sop),
      '0020000E': element('UI', '2.25.12'),
      '00280010': undefined,
      '00280011': undefined,
      '00280100': undefined,
      '00200032': undefined,
      '7FE00010': undefined,
    });

  test('is told of and left aside, when it is fetched too', async () => {
    const source = folder([...T2.slice(0, 4), raw('2.25.66'), ...T2.slice(4)]);
    const { selection } = await inspect(source);
    expect(selection.decisions[0]).toMatchObject({ chosen: true, instanceCount: SLICES + 1 });
    expect(selection.decisions[0]!.reasons.map(inWords)).toContainEqual(
      expect.stringMatching(/^1 of 9 images: SOPClassUID/),
    );
    expect((await fetchFrom(source))['sagittal-t2']!.slices).toHaveLength(SLICES);
  });

  test('may be anything once the images chosen are there', async () => {
    const whole = folder([...T2, raw('2.25.66')]);
    const withGarbage: ImageSource = {
      ...whole,
      async *instances() {
        yield* T2.map((bytes) => Uint8Array.from(bytes));
        yield new TextEncoder().encode('this is no DICOM object');
      },
    };
    expect((await fetchFrom(withGarbage, whole))['sagittal-t2']!.slices).toHaveLength(SLICES);
  });

  test('is the study’s fault where it stands in place of an image chosen', async () => {
    const whole = folder(T2);
    const withGarbage: ImageSource = {
      ...whole,
      async *instances() {
        yield* T2.slice(1).map((bytes) => Uint8Array.from(bytes));
        yield new TextEncoder().encode('this is no DICOM object');
      },
    };
    const fault = await fetchFrom(withGarbage, whole).catch((cause: unknown) => cause);
    expect(inWords(reasonOf(fault)!)).toMatch(
      /^object 8 of series 2\.25\.12 as it came: not a DICOM Part 10/,
    );
  });
});

describe('a role that nothing was used for', () => {
  const warned = async (objects: readonly Uint8Array[]) =>
    (await inspect(folder(objects))).selection.warnings.map(inWords);

  test('is not said to be without a series that lies in another frame of reference', async () => {
    const elsewhere = series(11, { ...T1_TIMES, '00200052': element('UI', '2.25.777') });
    const [words] = await warned([...T2, ...elsewhere]);
    expect(words).toBe(
      'Sagittal T1 is there (series 11) but lies in another frame of reference than the other series, and is not used: what is read there was read without it.',
    );
  });

  test('names the series that could not be read', async () => {
    const broken = T1.map((bytes, at) =>
      at === 2 ? image(11, 2, { '00280030': element('DS', '0', '0') }) : bytes,
    );
    const [words] = await warned([...T2, ...broken]);
    expect(words).toMatch(/^No series qualifies as sagittal T1 \(series 11: 1 of 8 images: no PixelSpacing/);
  });
});

describe('a count of the archive that its metadata do not bear out', () => {
  /** An archive that counts one image more than it has, and lists so many. */
  const counting = (listed: number) => {
    const { series, metadata } = folder(T2);
    return archiveImages(
      {
        findSeries: async () => (await series()).map((one) => ({ ...one, instanceCount: SLICES + 1 })),
        seriesMetadata: async (_, uid) =>
          metadata((await series()).find(({ seriesInstanceUid }) => seriesInstanceUid === uid)!),
        countInstances: async () => listed,
        retrieveInstance: async () => null,
        async *retrieveSeries() {
          yield* T2.map((bytes) => Uint8Array.from(bytes));
        },
      },
      '2.25.1' as StudyInstanceUid,
    );
  };

  test('is not believed where the instances listed one by one do', async () => {
    const source = counting(SLICES);
    expect((await inspect(source)).selection.decisions).toMatchObject([
      { chosen: true, instanceCount: SLICES },
    ]);
    expect((await fetchFrom(source))['sagittal-t2']!.slices).toHaveLength(SLICES);
  });

  test('means that images are still arriving where they do not', async () => {
    await expect(inspect(counting(SLICES + 1))).rejects.toMatchObject({
      name: 'ArchiveError',
      retryable: true,
    });
  });
});
