import type { MetricDefiner } from './metric-definer.ts';

/** The worklist whose steps are performed; absent, or 0, where there is none. */
export function worklistMetrics({ counter, gauge }: MetricDefiner) {
  return {
    worklistPolls: counter({
      name: 'worklist_polls_total',
      help: 'Times that the worklist was asked, by outcome.',
      labels: { outcome: ['ok', 'failed'] },
    }),
    worklistLastPoll: gauge({
      name: 'worklist_last_poll_timestamp_seconds',
      help: 'When the worklist last answered.',
      absent: true,
    }),
    worklistClaims: gauge({
      name: 'worklist_claims',
      help: 'Steps of the worklist that this installation has claimed and not ended.',
      absent: true,
    }),
    worklistSteps: counter({
      name: 'worklist_steps_total',
      help: 'Steps of the worklist by how they ended: completed, canceled, taken (another was quicker), taken-away (the worklist ended it), given-up (the worklist takes nothing more of it).',
      labels: { outcome: ['completed', 'canceled', 'taken', 'taken-away', 'given-up'] },
    }),
    worklistStepFaults: counter({
      name: 'worklist_step_faults_total',
      help: 'Times that a claimed step could not be gone on with; it is tried again.',
    }),
    worklistCertificateExpiry: gauge({
      name: 'worklist_certificate_expiry_timestamp_seconds',
      help: 'Until when the certificate is valid that the worklist showed last; absent without TLS.',
      absent: true,
    }),
    worklistChannel: gauge({
      name: 'worklist_channel_open',
      help: '1 while the worklist tells of events, 0 while it is only asked.',
      absent: true,
    }),
  };
}
