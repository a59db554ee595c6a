import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type {
  PrivateOrthanc,
  PrivateOrthancOptions,
} from '../src/cli/demo/orthanc/private-orthanc-options.ts';
import { startPrivateOrthanc } from '../src/cli/demo/private-orthanc.ts';
import { dicomWebArchive } from '../src/dicomweb/dicomweb-archive.ts';
import { keyRing } from '../src/http/guard/key-ring.ts';
import { storeAll } from './support/archive-client.ts';
import { ledgerForTests } from './support/ledger-for-tests.ts';
import { someStudy } from './support/ledger-sample.ts';
import { until } from './support/service-client.ts';
import { openTestApi, type TestApi } from './support/test-api.ts';
import { tinyMr } from './support/tiny-mr.ts';

const TOKEN = 'p'.repeat(40);
const SCRIPTS = `${process.cwd()}/deploy/triggers`;
/** Of Debian's package orthanc-python, or of one that was unpacked elsewhere. */
const PYTHON_PLUGIN =
  process.env['ORTHANC_PYTHON_PLUGIN'] ?? '/usr/share/orthanc/plugins/libOrthancPython.so';

const KINDS: readonly [string, PrivateOrthancOptions][] = [
  ['Lua', { luaScripts: [`${SCRIPTS}/orthanc-on-stable-study.lua`] }],
  [
    'Python',
    {
      furtherPlugins: [PYTHON_PLUGIN],
      settings: { PythonScript: `${SCRIPTS}/orthanc-on-stable-study.py` },
    },
  ],
];

const ledger = ledgerForTests('embedded');
let api: TestApi;
let server: Server;
let url: string;
beforeAll(async () => {
  const keys = [{ name: 'pacs', scopes: ['analyze'] as const, token: TOKEN }];
  const authenticate = [
    keyRing(
      async () => new Map(),
      () => keys,
    ),
  ];
  const nobody = () => Promise.reject(new Error('nobody asks'));
  api = await openTestApi(ledger.database, nobody, undefined, { authenticate });
  server = createServer(api.app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await api.close();
});

describe.each(KINDS)('Orthanc pushes by %s', (language, options) => {
  describe.skipIf(language === 'Python' && !existsSync(PYTHON_PLUGIN))('where it is installed', () => {
    let orthanc: PrivateOrthanc;
    let archive: ReturnType<typeof dicomWebArchive>;
    beforeAll(async () => {
      vi.stubEnv('SPINEGRADE_URL', url);
      vi.stubEnv('SPINEGRADE_KEY', TOKEN);
      orthanc = await startPrivateOrthanc(options);
      vi.unstubAllEnvs();
      archive = dicomWebArchive({ url: orthanc.dicomWebUrl });
    }, 60_000);
    afterAll(async () => {
      await archive?.close();
      await orthanc?.stop();
    });

    const analyses = async (study: string) =>
      (
        await ledger.database.query<{ id: string }>(
          'SELECT id FROM spinegrade.analysis WHERE study_instance_uid = $1 ORDER BY created_at',
          [study],
        )
      ).rows.map(({ id }) => id);
    /** Until the study was pushed so often. */
    const pushed = (study: string, times: number) =>
      until('the push', () => {
        const of = api.audited.filter(({ ParticipantObjectIdentification: objects }) =>
          objects.some(({ ParticipantObjectID }) => ParticipantObjectID === study),
        );
        return of.length >= times && of;
      });

    test('a stable study once for what it holds, whatever is stored beside the images', async () => {
      const study = someStudy();
      const image = (instance: number, modality = 'MR', series = 1) => ({
        studyInstanceUid: study,
        ...tinyMr({ study, series, instance, modality }),
      });
      await storeAll(archive, [image(1), image(2)]);
      const [first] = await pushed(study, 1);
      expect(first).toMatchObject({ operation: 'analyzeStudy', status: 202 });
      expect(first!.ActiveParticipant[0]).toMatchObject({ UserID: 'key:pacs' });
      const [id] = await analyses(study);
      await ledger.database.query(
        `UPDATE spinegrade.analysis SET state = 'ineligible', finished_at = now() WHERE id = $1`,
        [id],
      );
      await storeAll(archive, [image(1, 'SR', 2)]);
      expect((await pushed(study, 2))[1]).toMatchObject({ status: 200 });
      expect(await analyses(study)).toEqual([id]);
      await storeAll(archive, [image(3)]);
      expect((await pushed(study, 3))[2]).toMatchObject({ status: 202 });
      expect(await analyses(study)).toHaveLength(2);
    }, 60_000);

    test('no study without MR images', async () => {
      const [other, after] = [someStudy(), someStudy()];
      const image = (study: typeof other, modality: string) => ({
        studyInstanceUid: study,
        ...tinyMr({ study, modality }),
      });
      await storeAll(archive, [image(other, 'CT')]);
      await storeAll(archive, [image(after, 'MR')]);
      await pushed(after, 1);
      expect(await analyses(other)).toEqual([]);
    }, 60_000);
  });
});
