import type { EventWriter } from './event-writer.ts';

/** What is kept no longer. */
export function retentionEvents({ log, metrics, fault }: EventWriter) {
  return {
    /** How much was let go of what there was. */
    retentionPassed(counts: Readonly<Record<string, number>>) {
      metrics.lastRetention.setToCurrentTime();
      for (const [what, count] of Object.entries(counts)) metrics.letGo.inc({ what }, count);
      const some = Object.values(counts).some((count) => count > 0);
      log[some ? 'info' : 'debug'](
        { event: 'retention-passed', ...counts },
        'what is kept no longer is let go',
      );
    },
    retentionFault(error: unknown) {
      metrics.faults.inc({ part: 'retention' });
      log.error(
        { event: 'retention-fault', ...fault(error) },
        'fault while letting go what is kept no longer',
      );
    },
  };
}
