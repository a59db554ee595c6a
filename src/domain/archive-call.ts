/** What is asked of an archive (PS3.18 chapter 10) or of a worklist (chapter 11), by the transaction that answers it. */
export const ARCHIVE_CALLS = {
  'find studies': { transaction: 'qido', method: 'GET' },
  'find series': { transaction: 'qido', method: 'GET' },
  'find instances': { transaction: 'qido', method: 'GET' },
  ping: { transaction: 'qido', method: 'GET' },
  'series metadata': { transaction: 'wado', method: 'GET' },
  'retrieve series': { transaction: 'wado', method: 'GET' },
  'retrieve instance': { transaction: 'wado', method: 'GET' },
  store: { transaction: 'stow', method: 'POST' },
  'search worklist': { transaction: 'ups', method: 'GET' },
  'retrieve workitem': { transaction: 'ups', method: 'GET' },
  'create workitem': { transaction: 'ups', method: 'POST' },
  'update workitem': { transaction: 'ups', method: 'POST' },
  'change workitem state': { transaction: 'ups', method: 'PUT' },
  'subscribe to worklist': { transaction: 'ups', method: 'POST' },
} as const;

/** Names a request in errors, logs and metrics; the UIDs and the query of its URL stay out of them. */
export type ArchiveCall = keyof typeof ARCHIVE_CALLS;

/** One request as it went over the network; a request that is tried again is another one. */
export interface ArchiveExchange {
  readonly call: ArchiveCall;
  /** HTTP status of the answer; null where none came. */
  readonly status: number | null;
  /** `whole`: answered to the end. `broken`: it failed before. `called-off`: by this service, which needs it no more. */
  readonly end: 'whole' | 'broken' | 'called-off';
  /** From the request to the end of the answer, with the time that this service took to read it. */
  readonly ms: number;
  /** Of the bodies, without headers. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
}
