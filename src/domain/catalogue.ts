/**
 * What a code stands for. `reason`: why a study is not analysed. `warning`: a shortcoming that did not prevent it.
 * `passed-over`: something odd that was left aside and told of. `fault`: something wrong with a system, not a study.
 */
export interface CatalogueEntry {
  readonly kind: 'reason' | 'warning' | 'passed-over' | 'fault';
  /** Whether the same work can succeed later without anybody changing the study. */
  readonly retryable: boolean;
  /** What the code means, for people; free of facts about a study. */
  readonly meaning: string;
}

const reason = (meaning: string) => ({ kind: 'reason', retryable: false, meaning }) as const;
const passedOver = (meaning: string) => ({ kind: 'passed-over', retryable: false, meaning }) as const;
const fault = (meaning: string, retryable: boolean) => ({ kind: 'fault', retryable, meaning }) as const;

/** Every code that events, metrics and results carry. */
export const CATALOGUE = {
  'contradicting-patients': reason('Images of one study contradict each other about whose they are.'),

  'uid-unusable': passedOver(
    'A UID that cannot be asked for: it holds characters other than digits and dots.',
  ),
  'row-unreadable': passedOver(
    'A row of a query that names nothing, or an attribute in it that cannot be read.',
  ),

  'archive-unreachable': fault('The archive cannot be reached or does not answer in time.', true),
  'archive-refuses-credentials': fault('The archive refuses the credentials of this service.', true),
  'archive-fault': fault('The archive answered with a fault, or with something that is no answer.', true),
  'disk-full': fault('The disk of the database is full.', true),
  'database-unavailable': fault('The database does not answer, or broke the work off.', true),
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type Code = keyof typeof CATALOGUE;
/** The codes of one kind. */
export type CodeOf<Kind extends CatalogueEntry['kind']> = {
  [Name in Code]: (typeof CATALOGUE)[Name] extends { readonly kind: Kind } ? Name : never;
}[Code];
