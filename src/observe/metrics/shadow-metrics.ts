import { LEVELS } from '../../domain/level.ts';
import { AGREEMENTS, PACK_USES, SHADOW_LOSSES, SHADOW_OUTCOMES } from '../../domain/pack-agreement.ts';
import { CONDITIONS } from '../../domain/target.ts';
import type { MetricDefiner } from './metric-definer.ts';

const SHADOW_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Packs beside the one that reports, before they take over. */
export function shadowMetrics({ counter, histogram, gauge }: MetricDefiner) {
  return {
    packInfo: gauge({
      name: 'pack_info',
      help: 'Always 1; the labels say which packs are loaded, and what for.',
      labels: {
        use: PACK_USES,
        pack: { words: 'name of the pack', atMost: PACK_USES.length },
        pack_version: { words: 'its version', atMost: PACK_USES.length },
        pack_sha256: { words: 'its hash', atMost: PACK_USES.length },
        execution_provider: { words: 'where it runs', atMost: PACK_USES.length },
      },
      combinations: PACK_USES.length,
    }),
    takenUp: counter({
      name: 'canary_attempts_total',
      help: 'Attempts at an analysis while there is a canary pack, by the pack that the study belongs to.',
      labels: { use: ['serving', 'canary'] },
    }),
    shadowStudies: counter({
      name: 'shadow_studies_total',
      help: 'Studies that the shadow pack was asked about, by what came of it; stopped, skipped and not-kept leave no trace in the database.',
      labels: { outcome: [...SHADOW_OUTCOMES, ...SHADOW_LOSSES] },
    }),
    shadowFindings: counter({
      name: 'shadow_findings_total',
      help: 'Targets graded by the pack that reports or by the shadow pack, by how many grades lie between them; left and right together.',
      labels: { condition: CONDITIONS, level: LEVELS, agreement: AGREEMENTS },
    }),
    shadowSeconds: histogram(
      {
        name: 'shadow_duration_seconds',
        help: 'Time of the shadow pack for a study that it graded or found it could not, from volumes to grades.',
      },
      SHADOW_BUCKETS,
    ),
  };
}
