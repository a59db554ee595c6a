import { ARCHIVE_CALLS, type ArchiveExchange } from '../../domain/archive-call.ts';
import { CATALOGUE, type CodeOf } from '../../domain/catalogue.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { EventWriter } from './event-writer.ts';
import { whatBecameOf } from './what-became-of.ts';

/** What is learnt of the archive, and what was left aside. */
export function archiveEvents({ log, metrics, study, words }: EventWriter) {
  return {
    /** Something odd was left aside; `uid` names its study, where that is known. `where`: which series or attribute. */
    passedOver(code: CodeOf<'passed-over'>, uid: StudyInstanceUid | null, where: string, count = 1) {
      metrics.passedOver.inc({ code }, count);
      const facts = { event: 'passed-over', code, ...(uid === null ? {} : study(uid)), where: words(where) };
      log.warn({ ...facts, count }, CATALOGUE[code].meaning);
    },
    archiveAsked(exchange: ArchiveExchange) {
      const { call, status, ms, sentBytes, receivedBytes } = exchange;
      const { transaction, method } = ARCHIVE_CALLS[call];
      const became = whatBecameOf(exchange);
      metrics.exchanges.inc({ transaction, call, method, status: became });
      if (became === '2xx') metrics.exchangeSeconds.observe({ transaction, call }, ms / 1000);
      metrics.sentBytes.inc({ transaction, call }, sentBytes);
      metrics.receivedBytes.inc({ transaction, call }, receivedBytes);
      const facts = { call, status, end: exchange.end, ms: Math.round(ms), sentBytes, receivedBytes };
      log.trace({ event: 'archive-asked', ...facts }, 'archive asked');
    },
    archiveCertificateSeen(validTo: Date) {
      metrics.certificateExpiry.set(validTo.getTime() / 1000);
    },
    /** A way of this archive's own was found out, and is worked around for as long as the process lives. */
    archiveWayFound(way: CodeOf<'archive-way'>) {
      metrics.archiveWays.set({ code: way }, 1);
      log.warn({ event: 'archive-way-found', code: way }, `the archive’s own way: ${CATALOGUE[way].meaning}`);
    },
    /** The archive is away, and why; null: it answers again, after `awayMs`. Meanwhile no study is blamed. */
    archiveAway(code: CodeOf<'fault'> | null, awayMs: number) {
      metrics.archiveAvailable.set(code === null ? 1 : 0);
      metrics.archiveAwaySince.reset();
      if (code !== null) {
        metrics.archiveAwaySince.set({ code }, (Date.now() - awayMs) / 1000);
        if (awayMs === 0) metrics.archiveOutages.inc({ code });
        log.error({ event: 'archive-away', code }, `${CATALOGUE[code].meaning} Work waits for it.`);
      } else {
        log.warn({ event: 'archive-back', awayMs: Math.round(awayMs) }, 'the archive answers again');
      }
    },
  };
}
