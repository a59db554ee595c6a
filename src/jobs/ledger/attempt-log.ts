/** Of an analysis that waits for its archive for days, the latest attempts are kept. */
const KEPT_ATTEMPTS = 50;

/**
 * SQL for the log of an analysis's attempts, the one that ends now added where it ended in a fault.
 * @param failure a parameter of jsonb: the fault, null for none.
 */
export const attemptLog = (failure: string) => `CASE WHEN ${failure}::jsonb IS NULL THEN attempt_log
  ELSE (CASE WHEN jsonb_array_length(attempt_log) >= ${KEPT_ATTEMPTS} THEN attempt_log - 0 ELSE attempt_log END)
    || jsonb_build_object('attempt', attempts, 'startedAt', started_at, 'endedAt', now(), 'failure', ${failure}::jsonb)
  END`;
