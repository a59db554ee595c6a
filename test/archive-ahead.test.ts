import { expect, test } from 'vitest';
import { DEFAULT_STUDY_LIMITS } from '../src/domain/study-limits.ts';
import { archiveImages } from '../src/study/archive-images.ts';
import { archiveAt, counted, jsonAnswer, parameters, STUDY } from './support/scripted-archive.ts';

const series = (uid: string, modality: string, count: number) => ({
  '0020000E': { vr: 'UI', Value: [uid] },
  '00080060': { vr: 'CS', Value: [modality] },
  ...counted('00201209', count),
});
const SERIES = [series('1.2.1', 'MR', 1), series('1.2.2', 'SR', 1), series('1.2.3', 'MR', 2)];
const image = (uid: string) => ({ '00080018': { vr: 'UI', Value: [uid] } });
const METADATA: Readonly<Record<string, readonly object[]>> = {
  '1.2.1': [image('1.2.1.1')],
  '1.2.3': [image('1.2.3.1'), image('1.2.3.2')],
};

/** An archive that says that there are no further series only once it was asked for so many series' metadata. */
async function archiveThatWaits(forMetadata: number, fails = false) {
  const { promise: askedFor, resolve: release } = Promise.withResolvers<void>();
  let left = forMetadata;
  if (left === 0) release();
  const { archive, requests } = await archiveAt(async (request, socket) => {
    const [, uid] = /series\/([^/]+)\/metadata/.exec(request.target) ?? [];
    if (uid !== undefined) {
      left -= 1;
      if (left === 0) release();
      socket.write(jsonAnswer(METADATA[uid]!));
    } else if (parameters(request).get('offset') === '0') socket.write(jsonAnswer(SERIES));
    else {
      await askedFor;
      if (fails) socket.destroy();
      else socket.write(jsonAnswer([]));
    }
  });
  const metadataAsked = () => requests.filter(({ target }) => target.includes('/metadata')).length;
  return { archive, metadataAsked };
}

test('metadata of MR series are asked for while the archive is asked for more series, and once', async () => {
  const { archive, metadataAsked } = await archiveThatWaits(2);
  const source = archiveImages(archive, STUDY);
  const found = await source.series();
  expect(found.map(({ seriesInstanceUid }) => seriesInstanceUid)).toEqual(['1.2.1', '1.2.2', '1.2.3']);
  const metadata = await Promise.all(
    found.filter(({ modality }) => modality === 'MR').map((each) => source.metadata(each)),
  );
  expect(metadata.map((images) => images.length)).toEqual([1, 2]);
  expect(metadataAsked()).toBe(2);
  // What was asked ahead is not kept: a second look sees what is there then.
  await source.metadata(found[0]!);
  expect(metadataAsked()).toBe(3);
});

test('not beyond the number of images that a study may have', async () => {
  const { archive, metadataAsked } = await archiveThatWaits(1);
  const source = archiveImages(archive, STUDY, { ...DEFAULT_STUDY_LIMITS, maxImages: 2 });
  await source.series();
  expect(metadataAsked()).toBe(1);
});

test('an archive that fails at the further series is what is told', async () => {
  const { archive } = await archiveThatWaits(2, true);
  await expect(archiveImages(archive, STUDY).series()).rejects.toMatchObject({ name: 'ArchiveError' });
});
