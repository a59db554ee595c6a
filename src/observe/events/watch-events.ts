import { CATALOGUE } from '../../domain/catalogue.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { EventWriter } from './event-writer.ts';

/** What the watcher does and sees. */
export function watchEvents({ log, metrics, study, fault }: EventWriter) {
  return {
    /** `looked`: at how many studies it looked more closely; `awaited`: not yet submitted. */
    watcherPolled(facts: { readonly studies: number; readonly looked: number; readonly awaited: number }) {
      metrics.polls.inc({ outcome: 'ok' });
      metrics.lastPoll.setToCurrentTime();
      log.debug({ event: 'watcher-polled', ...facts }, 'archive polled');
    },
    watcherPollFailed(error: unknown, retryInMs: number) {
      metrics.polls.inc({ outcome: 'failed' });
      log.warn({ event: 'watcher-poll-failed', retryInMs, ...fault(error) }, 'archive could not be polled');
    },
    /** The archive was polled, but what it holds of this study could not be learnt; it is looked at again. */
    watcherStudyFailed(uid: StudyInstanceUid, error: unknown) {
      metrics.studyVisitsFailed.inc();
      log.warn(
        { event: 'watcher-study-failed', ...study(uid), ...fault(error) },
        'study could not be looked at',
      );
    },
    /** Studies without a usable date could not be asked for; the poll itself went on. */
    watcherOddDatesFailed(error: unknown) {
      log.warn(
        { event: 'watcher-odd-dates-failed', ...fault(error) },
        'studies without a usable date could not be listed',
      );
    },
    studyNoticed(uid: StudyInstanceUid) {
      metrics.studiesNoticed.inc();
      log.info({ event: 'study-noticed', ...study(uid) }, 'study noticed');
    },
    /** The MR series of a study that is awaited, or was submitted, are others or hold more or fewer images. */
    studyChanged(uid: StudyInstanceUid) {
      log.debug({ event: 'study-changed', ...study(uid) }, 'study changed');
    },
    /** Work on the study ended the process again and again. `where`: in an analysis, or in a look of the watcher. */
    studySetAside(uid: StudyInstanceUid, where: 'analysis' | 'watcher') {
      metrics.studiesSetAside.inc({ where });
      const facts = { event: 'study-set-aside', code: 'poison-study', ...study(uid), where };
      log.error(facts, CATALOGUE['poison-study'].meaning);
    },
  };
}
