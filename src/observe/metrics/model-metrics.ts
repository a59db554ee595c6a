import { GRADES } from '../../domain/grade.ts';
import { LEVELS } from '../../domain/level.ts';
import { CONDITIONS } from '../../domain/target.ts';
import { codesOf } from './codes-of.ts';
import type { LabelValues, MetricDefiner } from './metric-definer.ts';

const RUN_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Three grades: a finding is given with a third at least. */
const CONFIDENCE_BUCKETS = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/** From its start to its end a process has one pack that reports, and perhaps a canary. */
const PACK = {
  pack: { words: 'name of the pack', atMost: 2 },
  pack_version: { words: 'its version', atMost: 2 },
} as const satisfies Record<string, LabelValues>;

/** What the networks say, counted once for each study that was graded: how a drift of images or of a pack shows. */
export function modelMetrics({ counter, histogram }: MetricDefiner) {
  return {
    networkSeconds: histogram(
      {
        name: 'network_run_duration_seconds',
        help: 'Time of one run of a network over the samples of a study, waiting for its thread included.',
        labels: { network: { words: 'file of the pack', atMost: 12 } },
      },
      RUN_BUCKETS,
    ),
    findings: counter({
      name: 'findings_total',
      help: 'Findings by the grade they were given, left and right together.',
      labels: { ...PACK, condition: CONDITIONS, level: LEVELS, grade: GRADES },
    }),
    findingConfidence: histogram(
      {
        name: 'finding_confidence',
        help: 'Calibrated probability (0 to 1) of the grade that a finding was given.',
        labels: { ...PACK, condition: CONDITIONS, level: LEVELS },
      },
      CONFIDENCE_BUCKETS,
    ),
    warnings: counter({
      name: 'graded_with_warning_total',
      help: 'Studies that were graded with a shortcoming, by code.',
      labels: { code: codesOf('warning') },
    }),
  };
}
