import { CATALOGUE, type CodeOf } from '../../domain/catalogue.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { EventWriter } from './event-writer.ts';

/** What is learnt of the archive, and what was left aside. */
export function archiveEvents({ log, metrics, study, words }: EventWriter) {
  return {
    /** Something odd was left aside; `uid` names its study, where that is known. `where`: which series or attribute. */
    passedOver(code: CodeOf<'passed-over'>, uid: StudyInstanceUid | null, where: string, count = 1) {
      metrics.passedOver.inc({ code }, count);
      const facts = { event: 'passed-over', code, ...(uid === null ? {} : study(uid)), where: words(where) };
      log.warn({ ...facts, count }, CATALOGUE[code].meaning);
    },
    /** A way of this archive's own was found out, and is worked around for as long as the process lives. */
    archiveWayFound(way: CodeOf<'archive-way'>) {
      metrics.archiveWays.set({ code: way }, 1);
      log.warn({ event: 'archive-way-found', code: way }, `the archive’s own way: ${CATALOGUE[way].meaning}`);
    },
    /** The archive is away, and why; null: it answers again, after `awayMs`. Meanwhile no study is blamed. */
    archiveAway(code: CodeOf<'fault'> | null, awayMs: number) {
      metrics.archiveAvailable.set(code === null ? 1 : 0);
      if (code !== null) {
        log.error({ event: 'archive-away', code }, `${CATALOGUE[code].meaning} Work waits for it.`);
      } else {
        log.warn({ event: 'archive-back', awayMs: Math.round(awayMs) }, 'the archive answers again');
      }
    },
  };
}
