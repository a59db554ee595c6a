/** A request as it ended: its status, null where no answer came, and whether the answer came to its end. */
export interface EndedRequest {
  readonly status: number | null;
  readonly end: 'whole' | 'broken' | 'called-off';
}

/** As the metrics have it: one of EXCHANGE_ENDS. */
export function whatBecameOf({ status, end }: EndedRequest): string {
  const refused = status !== null && status >= 400;
  if (end === 'called-off' && !refused) return 'called-off';
  if (status === null) return 'none';
  return end === 'broken' ? 'cut' : `${Math.floor(status / 100)}xx`;
}
