import { CATALOGUE } from '../../domain/catalogue.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import { seldom } from '../seldom.ts';
import type { EventWriter } from './event-writer.ts';

/** While the database is away there is no more than one line in so long. */
const LEASE_FAULT_EVERY_MS = 60_000;

interface PollFacts {
  readonly studies: number;
  readonly looked: number;
  readonly awaited: number;
  readonly whole: boolean;
  readonly ms: number;
}

/** What the watcher does and sees. */
export function watchEvents({ log, metrics, study, fault }: EventWriter) {
  const leaseFaults = seldom(LEASE_FAULT_EVERY_MS);
  return {
    /** Of all watchers of the database this process's began to act, or stands by. */
    watcherActing(acting: boolean) {
      metrics.watcherActing.set(acting ? 1 : 0);
      const words = acting ? 'this process watches the archive' : 'the watcher of this process stands by';
      log.info({ event: 'watcher-acting', acting }, words);
    },
    /** Whether this watcher may act could not be asked; it is asked again, and rests when its time has run out. */
    watcherLeaseFault(error: unknown) {
      metrics.faults.inc({ part: 'watcher' });
      leaseFaults('', (count) =>
        log.error(
          { event: 'watcher-lease-fault', count, ...fault(error) },
          'the watcher cannot ask the database',
        ),
      );
    },
    /** The watcher of this process is there, and has not polled yet. */
    watcherBegan(pollMs: number) {
      metrics.pollInterval.set(pollMs / 1000);
      metrics.lastPoll.set(0);
      log.debug({ event: 'watcher-began', pollMs }, 'watcher began');
    },
    /**
     * `looked`: at how many studies it looked more closely; `awaited`: not yet submitted; `whole`: no study was left
     * behind; `ms`: from the beginning of the poll to now.
     */
    watcherPolled({ whole, ms, ...facts }: PollFacts) {
      metrics.polls.inc({ outcome: 'ok' });
      metrics.pollSeconds.observe(ms / 1000);
      metrics.lastPoll.setToCurrentTime();
      if (whole) metrics.cursor.set((Date.now() - ms) / 1000);
      metrics.awaited.set(facts.awaited);
      log.debug({ event: 'watcher-polled', ...facts, ms: Math.round(ms) }, 'archive polled');
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
