import { CATALOGUE, type Code } from '../../domain/catalogue.ts';
import type { SopInstanceUid, StudyInstanceUid } from '../../domain/uid.ts';
import type { EventWriter } from './event-writer.ts';

/** The steps of the worklist, and the worklist itself. A step's UID is of nobody: it is written as it is. */
export function worklistEvents({ log, metrics, study, fault }: EventWriter) {
  return {
    worklistPolled(found: number, claims: number) {
      metrics.worklistPolls.inc({ outcome: 'ok' });
      metrics.worklistLastPoll.setToCurrentTime();
      metrics.worklistClaims.set(claims);
      log.debug({ event: 'worklist-polled', found, claims }, 'worklist asked');
    },
    worklistCertificateSeen(validTo: Date) {
      metrics.worklistCertificateExpiry.set(validTo.getTime() / 1000);
    },
    worklistPollFailed(error: unknown, retryInMs: number) {
      metrics.worklistPolls.inc({ outcome: 'failed' });
      log.warn(
        { event: 'worklist-poll-failed', retryInMs, ...fault(error) },
        CATALOGUE['worklist-fault'].meaning,
      );
    },
    stepCreated(workitem: SopInstanceUid, uid: StudyInstanceUid) {
      log.info({ event: 'step-created', workitem, ...study(uid) }, 'a step of the worklist is created');
    },
    stepClaimed(workitem: SopInstanceUid) {
      log.info({ event: 'step-claimed', workitem }, 'a step of the worklist is claimed');
    },
    stepTaken(workitem: SopInstanceUid) {
      metrics.worklistSteps.inc({ outcome: 'taken' });
      log.info({ event: 'step-taken', code: 'step-taken', workitem }, CATALOGUE['step-taken'].meaning);
    },
    stepSubmitted(workitem: SopInstanceUid, uid: StudyInstanceUid) {
      log.info({ event: 'step-submitted', workitem, ...study(uid) }, 'the study of a step is submitted');
    },
    stepCancelAsked(workitem: SopInstanceUid) {
      log.info({ event: 'step-cancel-asked', workitem }, CATALOGUE['cancel-asked'].meaning);
    },
    stepEnded(
      workitem: SopInstanceUid,
      outcome: 'completed' | 'canceled' | 'taken-away' | 'given-up',
      codes: readonly Code[],
    ) {
      metrics.worklistSteps.inc({ outcome });
      const level = outcome === 'given-up' ? 'error' : 'info';
      log[level]({ event: 'step-ended', workitem, outcome, codes }, `a step of the worklist is ${outcome}`);
    },
    /** It is gone on with after a while. */
    stepFailed(workitem: SopInstanceUid, error: unknown) {
      metrics.worklistStepFaults.inc();
      log.warn(
        { event: 'step-failed', workitem, ...fault(error) },
        'a step of the worklist could not be gone on with',
      );
    },
    worklistChannelOpen() {
      metrics.worklistChannel.set(1);
      log.info({ event: 'worklist-channel-open' }, 'the worklist tells of events');
    },
    /** Steps are found by asking meanwhile, as ever. */
    worklistChannelEnded(why: string, error: unknown) {
      metrics.worklistChannel.set(0);
      const facts = error === null ? {} : fault(error);
      log.info(
        { event: 'worklist-channel-ended', why, ...facts },
        'the worklist tells of no events; it is asked',
      );
    },
  };
}
