import { join } from 'node:path';
import { archiveProxy, type Treatment } from './archive-proxy.ts';
import { asText, type Written } from './everything-kept.ts';
import { followService } from './followed-service.ts';
import { type LEDGER_KINDS, startLedgerPlace } from './ledger-databases.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';
import { recordedApi } from './recorded-api.ts';
import { startTestSite } from './test-site.ts';
import { newSecret, startReceiver } from './webhook-receiver.ts';

const PACS_PASSWORD = 'HUSHHUSHofthepacs';
const TOKEN = `HUSHHUSHkey${'k'.repeat(40)}`;
export const STRANGER = `HUSHHUSHstranger${'s'.repeat(40)}`;
const DATABASE_PASSWORD = 'HUSHHUSHofthedatabase';
const WEBHOOK = newSecret();
/** Where a secret stands, there is none. */
export const SECRETS = [
  'HUSHHUSH',
  WEBHOOK.slice('whsec_'.length),
  Buffer.from(`spinegrade:${PACS_PASSWORD}`).toString('base64'),
];

/** The service with every way of writing switched on and a secret in every setting that takes one, all that it writes kept. */
export async function startMarkedSite(kind: (typeof LEDGER_KINDS)[number]) {
  const [site, place, otlp, receiver] = await Promise.all([
    startTestSite(),
    startLedgerPlace(kind),
    startOtlpReceiver(),
    startReceiver(WEBHOOK),
  ]);
  const proxy = await archiveProxy(site.orthanc.dicomWebUrl);
  /** What is done to requests for a study, by the path below it. */
  const faults = new Map<string, (path: string) => Treatment>();
  proxy.treat = ({ path }) => {
    const [, study = '', below = ''] = /^\/studies\/([\d.]+)(.*)$/.exec(path) ?? [];
    return faults.get(study)?.(below) ?? {};
  };
  const auditFile = join(site.folder, 'audit.log');
  const lines: Written[] = [];
  const databaseUrl = place.databaseUrl?.replace('test@', `test:${DATABASE_PASSWORD}@`);
  const settings = {
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    LOG_LEVEL: 'trace',
    LOG_PSEUDONYM_KEY: 'HUSHHUSHofpseudonyms',
    AUDIT_LOG: auditFile,
    AUTH: 'keys',
    API_KEYS: `tests read,analyze,admin ${TOKEN}`,
    PACS_USERNAME: 'spinegrade',
    PACS_PASSWORD,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20HUSHHUSHofthecollector',
    CALLBACKS: JSON.stringify({
      endpoints: [{ url: `http://${receiver.host}/hooks`, secrets: [WEBHOOK] }],
      hosts: [{ host: receiver.host, secrets: [WEBHOOK] }],
      localNetworks: ['127.0.0.0/8'],
    }),
    RESULT_OBJECTS: 'SR,SC,KO',
    SR_NOT_ANALYSED: 'true',
    JOB_RETRY_LIMIT: '1',
    JOB_RETRY_DELAY_MS: '50',
  };
  const service = followService(place.dataDir, proxy.dicomWebUrl, settings, (line) =>
    lines.push({ where: 'log', text: asText(line) }),
  );
  const api = recordedApi(await service.url, TOKEN);
  return {
    ...{ place, archive: site.archive, faults, otlp, receiver, service, api, lines, auditFile },
    async close() {
      service.kill('SIGKILL');
      await service.ended;
      await Promise.all([site.close(), proxy.close(), otlp.close(), receiver.close()]);
      await place.remove();
    },
  };
}
