import { seldom } from '../seldom.ts';
import type { EventWriter } from './event-writer.ts';

/** Of spans that cannot be sent there is no more than one line in so long. */
const TRACES_LOST_EVERY_MS = 60_000;

/** The process: its start and end, and what it runs on. */
export function serviceEvents({ log, metrics, words, fault }: EventWriter) {
  const tracesLost = seldom(TRACES_LOST_EVERY_MS);
  let spansLost = 0;
  return {
    /** Whom to ask at every scrape for what the database takes and what is left for it. */
    watchStorage: metrics.watchStorage,
    /** Whom to ask at every scrape for the ends of certificates and keys. */
    watchCredentials: metrics.watchCredentials,
    serviceStarted(facts: {
      readonly role: string;
      readonly version: string;
      readonly packName: string;
      readonly packVersion: string;
      readonly packSha256: string;
      readonly executionProvider: string;
      readonly address: string;
      /** Where probes and metrics are answered too. */
      readonly operationsAddress?: string | undefined;
    }) {
      const { role, version, packName: pack, packVersion, packSha256, executionProvider } = facts;
      const runs = {
        pack_version: packVersion,
        pack_sha256: packSha256,
        execution_provider: executionProvider,
      };
      metrics.info.set({ role, version, pack, ...runs }, 1);
      log.info({ event: 'service-started', ...facts }, 'service started');
    },
    serviceStopping(signal: string) {
      log.info({ event: 'service-stopping', signal }, 'service stopping: no new work');
    },
    serviceStopped() {
      log.info({ event: 'service-stopped' }, 'service stopped');
    },
    serviceFault(error: unknown) {
      metrics.faults.inc({ part: 'service' });
      log.fatal({ event: 'service-fault', ...fault(error) }, 'service cannot go on');
    },
    executionProviderFallback(wanted: string, used: string, reason: string) {
      metrics.providerFallbacks.inc({ wanted, used });
      log.warn(
        { event: 'execution-provider-fallback', wanted, used, reason: words(reason) },
        'execution provider not available, using the next',
      );
    },
    /** At start: segmentations are asked for, and no pack that reports outlines anything. */
    nothingOutlines(packs: readonly string[]) {
      log.warn(
        { event: 'nothing-outlines', packs },
        'RESULT_OBJECTS asks for SEG, but no pack that reports has a segmenter: no study gets a segmentation',
      );
    },
    /** At start: files of the data folder that others could read. */
    dataFilesClosed(count: number) {
      log.warn(
        { event: 'data-files-closed', count },
        'files of the data folder were open to others; they no longer are',
      );
    },
    /** Spans could not be sent to whoever collects them; nothing else comes of it. */
    tracesLost(spans: number, error: unknown) {
      metrics.faults.inc({ part: 'traces' });
      spansLost += spans;
      tracesLost('', (count) => {
        const facts = { event: 'traces-lost', count, spans: spansLost, ...fault(error) };
        log.warn(facts, 'spans of traces could not be sent');
        spansLost = 0;
      });
    },
    /** New connections get this certificate; or they do not, and the last usable one holds. */
    tlsChanged(change: { readonly validTo: Date } | { readonly unusable: unknown }) {
      if ('validTo' in change) {
        const { validTo } = change;
        metrics.ownCertificateExpiry.set(validTo.getTime() / 1000);
        log.info(
          { event: 'tls-certificate', validTo: validTo.toISOString() },
          'connections get a certificate',
        );
      } else {
        log.error(
          { event: 'tls-unusable', ...fault(change.unusable) },
          'the renewed certificate cannot be used',
        );
      }
    },
    /** The keys of the identity provider could not be read; those that are known hold on. */
    identityProviderFault(error: unknown) {
      log.warn(
        { event: 'identity-provider-fault', ...fault(error) },
        'keys of the identity provider cannot be read',
      );
    },
    /** A line of the audit log could not be written; what it was of has been done. */
    auditLost(error: unknown) {
      metrics.faults.inc({ part: 'audit' });
      log.error({ event: 'audit-lost', ...fault(error) }, 'the audit log cannot be written');
    },
    databaseFault(error: unknown) {
      metrics.faults.inc({ part: 'database' });
      log.error({ event: 'database-fault', ...fault(error) }, 'fault of the database');
    },
  };
}
