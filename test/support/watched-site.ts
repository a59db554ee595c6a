import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../src/cli/demo/orthanc/free-port.ts';
import type { PackManifest } from '../../src/inference/pack/pack-manifest.ts';
import { writeTinyPack } from '../../src/inference/pack/tiny-pack.fixture.ts';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import { type ArchiveProxy, archiveProxy } from './archive-proxy.ts';
import { startLedgerPlace } from './ledger-databases.ts';
import { phantomObjects } from './phantom-objects.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { recordedFront } from './recorded-front.ts';
import type { ServiceClient } from './service-client.ts';
import { startTestSite, type TestSite } from './test-site.ts';
import { tlsCertificate } from './tls-certificate.ts';
import { startUpsServer, type UpsServer } from './ups-server.ts';
import { newSecret, startReceiver } from './webhook-receiver.ts';
import { CODE } from './workitems.ts';

/** Days for which the certificates of archive and worklist are valid, and the one that the service shows them. */
export const CERTIFICATE_DAYS = 30;

/** What receivers of callbacks answer, by path. */
const ANSWERS: Readonly<Record<string, number>> = { '/gone': 410, '/faulty': 500 };

export interface WatchedSite {
  readonly site: TestSite;
  readonly proxy: ArchiveProxy;
  readonly prometheus: Prometheus;
  /** Whose steps of the code of `workitem` the service performs. */
  readonly ups: UpsServer;
  readonly objects: readonly PhantomInstance[];
  /** host:port of the service, the same after every start. */
  readonly target: string;
  /** Where a second service is scraped, and a PostgreSQL for it. */
  readonly other: {
    readonly target: string;
    readonly port: number;
    readonly databaseUrl: string;
    /** A certificate and its key in PEM. */
    readonly tls: { readonly certificate: string; readonly key: string };
    stopPostgres(): Promise<void>;
  };
  /** Starts the service, whatever became of the one before. */
  start(): Promise<ServiceClient>;
  close(): Promise<void>;
}

/** An Orthanc behind a proxy with TLS, and a Prometheus that scrapes the services beside it from their start on. */
export async function startWatchedSite(seed: number): Promise<WatchedSite> {
  const [site, postgres] = await Promise.all([startTestSite(), startLedgerPlace('postgresql')]);
  const { certificateFile, tls } = tlsCertificate(site.folder, CERTIFICATE_DAYS);
  const proxy = await archiveProxy(site.orthanc.dicomWebUrl, tls);
  const [port, otherPort] = [await freePort(), await freePort()];
  const [target, otherTarget] = [`127.0.0.1:${port}`, `127.0.0.1:${otherPort}`];
  const prometheus = await startPrometheus([target, otherTarget]);
  const ups = await startUpsServer();
  const upsFront = await recordedFront(Number(new URL(ups.url).port), tls);
  const eventKinds = join(site.folder, 'event-kinds.json');
  await writeFile(
    eventKinds,
    JSON.stringify({ kinds: [{ form: 'pointer', types: ['stored'], study: '/subject' }] }),
  );
  const secret = newSecret();
  const receiver = await startReceiver(secret);
  // One takes what it is told, one wants to hear nothing any more, one is always at fault.
  receiver.answer = (response) => response.writeHead(ANSWERS[response.req.url!] ?? 204).end();
  const root = `http://${receiver.host}`;
  const callbacks = {
    endpoints: ['/', ...Object.keys(ANSWERS)].map((path) => ({ url: root + path, secrets: [secret] })),
    localNetworks: ['127.0.0.0/8'],
  };
  const [shadow, canary] = [await tinyPack(site.folder, 'shadow'), await tinyPack(site.folder, 'canary')];
  let stopped: Promise<void> | null = null;
  const stopPostgres = () => {
    stopped ??= postgres.remove();
    return stopped;
  };
  return {
    site,
    proxy,
    prometheus,
    ups,
    objects: phantomObjects(seed),
    target,
    other: {
      ...{ target: otherTarget, port: otherPort, databaseUrl: postgres.databaseUrl!, stopPostgres },
      tls: { certificate: String(tls.cert), key: String(tls.key) },
    },
    start: () =>
      site.startService({
        PORT: String(port),
        PACS_URL: proxy.dicomWebUrl,
        NODE_EXTRA_CA_CERTS: certificateFile,
        EXECUTION_PROVIDERS: 'cuda,cpu',
        SHADOW_PACK: shadow,
        // No study is its own, so that all are graded as they should be.
        CANARY_PACK: canary,
        CANARY_SHARE: '0',
        CALLBACKS: JSON.stringify(callbacks),
        // Two at a time, where they fit: these do not.
        JOB_CONCURRENCY: '2',
        STUDY_MAX_MEMORY_MIB: '64',
        WATCH_POLL_MS: '250',
        WATCH_QUIET_MS: '1000',
        EVENT_KINDS_FILE: eventKinds,
        // The archive asks for none; it is told of all the same.
        PACS_CLIENT_CERT: String(tls.cert),
        PACS_CLIENT_KEY: String(tls.key),
        WORKLIST_URL: `https://127.0.0.1:${upsFront.port}`,
        WORKLIST_WORKITEM_CODE: `${CODE.value}^${CODE.scheme}`,
        WORKLIST_POLL_MS: '500',
        JOB_RETRY_LIMIT: '1',
        JOB_RETRY_DELAY_MS: '50',
      }),
    async close() {
      await prometheus.stop();
      await site.close();
      await proxy.close();
      await receiver.close();
      await upsFront.close();
      await ups.close();
      await stopPostgres();
    },
  };
}

/** A pack with the default's localiser, and networks that say anything. */
async function tinyPack(folder: string, name: string): Promise<string> {
  const manifest = JSON.parse(await readFile('models/default/manifest.json', 'utf8')) as PackManifest;
  const pack = join(folder, name);
  await writeTinyPack(pack, { ...manifest, name });
  return pack;
}
