import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StudyInstanceUid } from '../src/domain/uid.ts';
import { reportsIn, storeAll } from './support/archive-client.ts';
import { cli } from './support/cli-command.ts';
import { asAnotherStudy, phantomObjects } from './support/phantom-objects.ts';
import { until } from './support/service-client.ts';
import { startTestSite } from './support/test-site.ts';

test('with yesterday’s copy of the database every study still has one report', async () => {
  const site = await startTestSite();
  try {
    const phantom = phantomObjects(21);
    const [before, between, after] = [phantom, asAnotherStudy(phantom, 1), asAnotherStudy(phantom, 2)];
    const reports = async (study: StudyInstanceUid) =>
      (await reportsIn(site.orthanc.dicomWebUrl, study)).length;
    const DATA_DIR = join(site.folder, 'data');
    const copy = join(site.folder, 'yesterday.tar.gz');
    const analysed = async (client: Awaited<ReturnType<typeof site.startService>>, study: string) =>
      until('its result', async () => {
        const [latest] = await client.analyses(study);
        return latest?.state === 'stored' && latest;
      });

    const today = await site.startService();
    await storeAll(site.archive, before);
    await analysed(today, before[0]!.studyInstanceUid);
    expect(await cli(['backup', copy], { DATA_DIR })).toMatchObject({ code: 0, err: '' });
    await storeAll(site.archive, between);
    await analysed(today, between[0]!.studyInstanceUid);
    await site.service.stop();

    renameSync(DATA_DIR, join(site.folder, 'lost'));
    expect(await cli(['restore', copy], { DATA_DIR })).toMatchObject({ code: 0, err: '' });
    const restored = await site.startService();
    await storeAll(site.archive, after);
    const known = await restored.analyses(before[0]!.studyInstanceUid);
    for (const { studyInstanceUid } of [between[0]!, after[0]!]) await analysed(restored, studyInstanceUid);
    await restored.polls(3);
    for (const { studyInstanceUid } of [before[0]!, between[0]!, after[0]!]) {
      expect(await reports(studyInstanceUid)).toBe(1);
    }
    expect(await restored.analyses(before[0]!.studyInstanceUid)).toEqual(known);
  } finally {
    await site.close();
  }
}, 600_000);
