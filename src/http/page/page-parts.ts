import type { DeliveryStore } from '../../callbacks/delivery-store.ts';
import type { AnalysisReader } from '../../jobs/analysis-reader.ts';
import type { AnalysisSteering } from '../../jobs/analysis-steering.ts';
import type { Access } from '../guard/access.ts';
import type { ReadinessChecks } from '../operations/operations-routes.ts';
import type { DatabaseTurns } from '../requests/database-turns.ts';

/** What the pages show and steer. */
export interface PageParts {
  readonly queue: Pick<AnalysisReader, 'find' | 'list' | 'stats'>;
  readonly steering: Pick<AnalysisSteering, 'cancel' | 'retry' | 'acknowledge'>;
  readonly deliveries: Pick<DeliveryStore, 'list' | 'replay'>;
  readonly readiness: () => Promise<ReadinessChecks>;
  readonly access: Access;
  readonly turn: DatabaseTurns;
}
