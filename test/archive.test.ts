import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PrivateOrthanc } from '../src/cli/demo/orthanc/private-orthanc-options.ts';
import { startPrivateOrthanc } from '../src/cli/demo/private-orthanc.ts';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../src/domain/uid.ts';
import { type TinyMr, testUid, tinyMr, tinyMrSeries } from './support/tiny-mr.ts';

let orthanc: PrivateOrthanc;
let archive: ReturnType<typeof dicomWebArchive>;

beforeAll(async () => {
  orthanc = await startPrivateOrthanc();
  archive = dicomWebArchive({
    url: `${orthanc.dicomWebUrl}/`,
    pageSize: 3,
    retry: { attempts: 2, firstDelayMs: 5, maxDelayMs: 5 },
  });
});

afterAll(async () => {
  await archive?.close();
  await orthanc?.stop();
});

async function storeAll(study: StudyInstanceUid, images: readonly TinyMr[]): Promise<void> {
  const results = await archive.store(study, images);
  expect(results).toEqual(
    images.map(({ sopInstanceUid }) => ({
      sopInstanceUid,
      stored: true,
      reason: null,
      refused: false,
      warning: null,
    })),
  );
}

async function collect(study: StudyInstanceUid, series: SeriesInstanceUid): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const bytes of archive.retrieveSeries(study, series)) all.push(bytes);
  return all;
}

const hexSorted = (files: readonly Uint8Array[]) =>
  files.map((bytes) => Buffer.from(bytes).toString('hex')).toSorted();

describe('against a real Orthanc', () => {
  test('it answers', async () => {
    await archive.ping();
  });

  test('what is stored comes back byte for byte, by series and by instance', async () => {
    const study = testUid<StudyInstanceUid>('round trip');
    const images = tinyMrSeries(25, { study });
    await storeAll(study, images);
    const series = images[0]?.seriesInstanceUid as SeriesInstanceUid;
    const retrieved = await collect(study, series);
    expect(hexSorted(retrieved)).toEqual(hexSorted(images.map((image) => image.bytes)));
    for (const { sopInstanceUid, bytes } of images.slice(0, 3)) {
      const one = await archive.retrieveInstance(study, series, sopInstanceUid);
      expect(Buffer.from(one ?? []).equals(bytes)).toBe(true);
    }
  });

  test('compressed images come back in the syntax they are stored in', async () => {
    const study = testUid<StudyInstanceUid>('compressed');
    const images = ['1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.201'].map(
      (encapsulatedSyntaxUid, i) => tinyMr({ study, instance: i + 1, encapsulatedSyntaxUid }),
    );
    await storeAll(study, images);
    const retrieved = await collect(study, images[0]?.seriesInstanceUid as SeriesInstanceUid);
    expect(hexSorted(retrieved)).toEqual(hexSorted(images.map((image) => image.bytes)));
  });

  test('queries page to the end, once each, with counts, dates and modality', async () => {
    const studies = Array.from({ length: 8 }, (_, i) => testUid<StudyInstanceUid>(`paged ${i}`));
    for (const [i, study] of studies.entries()) {
      await storeAll(study, tinyMrSeries(i + 1, { study, studyDate: `201902${10 + i}` }));
    }
    const ct = testUid<StudyInstanceUid>('no MR');
    await storeAll(ct, tinyMrSeries(1, { study: ct, studyDate: '20190212', modality: 'CT' }));
    const of = async (from: string, to: string) => {
      const found = await archive.findStudies({ studyDate: { from, to } });
      return found.toSorted((a, b) => Number(a.instanceCount) - Number(b.instanceCount));
    };
    expect(await of('20190210', '20190217')).toEqual(
      studies.map((studyInstanceUid, i) => ({
        studyInstanceUid,
        instanceCount: i + 1,
        studyDate: `201902${10 + i}`,
      })),
    );
    expect(await of('20190211', '20190212')).toHaveLength(2);
    expect(await of('20180101', '20181231')).toEqual([]);
    const everything = await archive.findStudies({ studyDate: null });
    expect(everything.map((one) => one.studyInstanceUid)).toEqual(expect.arrayContaining(studies));
    expect(new Set(everything.map((one) => one.studyInstanceUid)).size).toBe(everything.length);
    expect(everything.map((one) => one.studyInstanceUid)).not.toContain(ct);
  });

  test('the series of a study, of any modality', async () => {
    const study = testUid<StudyInstanceUid>('series');
    const images = [
      ...[1, 2, 3, 4].flatMap((series) => tinyMrSeries(series, { study, series })),
      tinyMr({ study, series: 5, modality: 'OT' }),
    ];
    await storeAll(study, images);
    const found = await archive.findSeries(study);
    expect(found.toSorted((a, b) => Number(a.seriesNumber) - Number(b.seriesNumber))).toEqual(
      [1, 2, 3, 4, 5].map((series) => ({
        seriesInstanceUid: testUid(`${study}/${series}`),
        modality: series === 5 ? 'OT' : 'MR',
        seriesNumber: series,
        instanceCount: series === 5 ? 1 : series,
      })),
    );
  });

  test('metadata: every instance, without pixels, text in UTF-8', async () => {
    const study = testUid<StudyInstanceUid>('metadata');
    const images = tinyMrSeries(4, { study });
    await storeAll(study, images);
    const metadata = await archive.seriesMetadata(study, images[0]?.seriesInstanceUid as SeriesInstanceUid);
    expect(metadata.map((one) => one['00080018']?.Value?.[0]).toSorted()).toEqual(
      images.map((image) => image.sopInstanceUid).toSorted(),
    );
    for (const one of metadata) {
      expect(one['0008103E']?.Value).toEqual(['Wirbelsäule']);
      expect(one['7FE00010']?.InlineBinary).toBeUndefined();
      expect(one['7FE00010']?.Value).toBeUndefined();
    }
  });

  test('what it does not hold', async () => {
    const [study, series, instance] = ['1.2', '1.2.3', '1.2.3.4'] as const;
    const nothing = [study as StudyInstanceUid, series as SeriesInstanceUid] as const;
    expect(await archive.findSeries(nothing[0])).toEqual([]);
    expect(await archive.retrieveInstance(...nothing, instance as SopInstanceUid)).toBeNull();
    // Only what was listed is asked for in this way: that it is not found may pass.
    await expect(collect(...nothing)).rejects.toMatchObject({ retryable: true, status: 404 });
    await expect(archive.seriesMetadata(...nothing)).rejects.toMatchObject({ retryable: true, status: 404 });
  });

  test('stored is judged per instance: the wrong study, and garbage beside a good one', async () => {
    const study = testUid<StudyInstanceUid>('judged');
    const other = testUid<StudyInstanceUid>('elsewhere');
    const stray = tinyMr({ study: other });
    const [refused] = await archive.store(study, [stray]);
    expect(refused).toMatchObject({ stored: false, reason: 'refused: 0110H processing failure (HTTP 409)' });

    const good = tinyMr({ study });
    const garbage = { sopInstanceUid: testUid<SopInstanceUid>('garbage'), bytes: Buffer.from('no DICOM') };
    const results = await archive.store(study, [good, garbage]);
    expect(results.map((result) => result.stored)).toEqual([true, false]);
    expect(await archive.retrieveInstance(study, good.seriesInstanceUid, good.sopInstanceUid)).not.toBeNull();
  });

  test('a transfer abandoned half way leaves the archive usable', async () => {
    const study = testUid<StudyInstanceUid>('abandoned');
    const images = tinyMrSeries(30, { study });
    await storeAll(study, images);
    const series = images[0]?.seriesInstanceUid as SeriesInstanceUid;
    for (let i = 0; i < 20; i += 1) {
      for await (const bytes of archive.retrieveSeries(study, series)) {
        expect(bytes.length).toBeGreaterThan(0);
        break;
      }
    }
    expect(await collect(study, series)).toHaveLength(30);
  });
});

describe('an Orthanc that goes and comes back', () => {
  test('is a retryable error while away, and works again', async () => {
    const first = await startPrivateOrthanc();
    const port = Number(new URL(first.baseUrl).port);
    const own = dicomWebArchive({
      url: first.dicomWebUrl,
      retry: { attempts: 2, firstDelayMs: 5, maxDelayMs: 5 },
    });
    try {
      await own.ping();
      await first.stop();
      await expect(own.findStudies({ studyDate: null })).rejects.toMatchObject({
        name: 'ArchiveError',
        retryable: true,
      });
      const second = await startPrivateOrthanc({ port });
      try {
        expect(await own.findStudies({ studyDate: null })).toEqual([]);
      } finally {
        await second.stop();
      }
    } finally {
      await own.close();
      await first.stop();
    }
  });
});
