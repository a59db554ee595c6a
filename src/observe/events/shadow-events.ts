import type { Algorithm } from '../../domain/assessment.ts';
import type { Grade } from '../../domain/grade.ts';
import {
  AGREEMENTS,
  type PackUse,
  packAgreement,
  type ShadowLoss,
  type ShadowOutcome,
} from '../../domain/pack-agreement.ts';
import type { Target } from '../../domain/target.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import type { EventWriter } from './event-writer.ts';

interface Compared {
  readonly study: StudyInstanceUid;
  readonly outcome: ShadowOutcome;
  readonly shadowMs: number;
  readonly targets: readonly (Target & {
    readonly serving: { readonly grade: Grade } | null;
    readonly shadow: { readonly grade: Grade } | null;
  })[];
}

const LOSSES: Readonly<Record<ShadowLoss, string>> = {
  stopped: 'the service is stopping: this study is not compared',
  skipped: 'the shadow pack has not ended with an earlier study: this one is not compared',
  'not-kept': 'the comparison could not be kept',
};

/** Packs beside the one that reports. */
export function shadowEvents({ log, metrics, study, fault }: EventWriter) {
  return {
    packLoaded(use: PackUse, { name, version, packSha256, executionProvider }: Algorithm) {
      const pack = { pack: name, pack_version: version, pack_sha256: packSha256 };
      metrics.packInfo.set({ use, ...pack, execution_provider: executionProvider }, 1);
      log.info(
        {
          event: 'pack-loaded',
          use,
          packName: name,
          packVersion: version,
          packSha256,
          executionProvider,
        },
        `${use} pack loaded`,
      );
    },
    /** An attempt at the analysis of a study that belongs to this pack begins; told while there is a canary pack. */
    studyTakenUp(uid: StudyInstanceUid, use: 'serving' | 'canary', { name, version, packSha256 }: Algorithm) {
      metrics.takenUp.inc({ use });
      const pack = { packName: name, packVersion: version, packSha256 };
      log.info({ event: 'study-taken-up', ...study(uid), use, ...pack }, `the ${use} pack grades the study`);
    },
    /** The shadow pack was asked about a study that was reported. `reasons`: codes why it did not grade. */
    shadowCompared(compared: Compared, reasons: readonly string[], cause?: unknown) {
      const { outcome, shadowMs, targets } = compared;
      metrics.shadowStudies.inc({ outcome });
      const agreements = targets.map(({ condition, level, serving, shadow }) => {
        const agreement = packAgreement(serving?.grade ?? null, shadow?.grade ?? null);
        metrics.shadowFindings.inc({ condition, level, agreement });
        return agreement;
      });
      const ms = Math.round(shadowMs);
      const facts = { event: 'shadow-compared', ...study(compared.study), outcome, ms };
      if (outcome === 'failed' || outcome === 'late') {
        const words = outcome === 'late' ? 'the shadow pack did not end in time' : 'the shadow pack failed';
        return log.warn({ ...facts, ...(cause === undefined ? {} : fault(cause)) }, words);
      }
      metrics.shadowSeconds.observe(shadowMs / 1000);
      const counts = AGREEMENTS.map((each) => [each, agreements.filter((one) => one === each).length]);
      log.info({ ...facts, ...Object.fromEntries(counts), reasons }, 'shadow pack compared');
    },
    /** A study was not compared, or what was compared is lost. Its result is not touched by that. */
    shadowLost(uid: StudyInstanceUid, loss: ShadowLoss, cause?: unknown) {
      metrics.shadowStudies.inc({ outcome: loss });
      const facts = { event: 'shadow-lost', ...study(uid), loss };
      log.warn({ ...facts, ...(cause === undefined ? {} : fault(cause)) }, LOSSES[loss]);
    },
  };
}
