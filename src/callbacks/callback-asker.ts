import type { Database } from '../database/sql.ts';
import { askCallback } from './ask-callback.ts';
import { type CallbackRules, hostKeys } from './callback-rules.ts';

/** Takes in where a client wants to be told. */
export interface CallbackAsker {
  /** Whether the rules allow it. */
  allows(url: string): boolean;
  /** @param url one that is allowed. */
  ask(analysisId: string, url: string): Promise<void>;
}

export function callbackAsker(database: Database, rules: () => CallbackRules): CallbackAsker {
  return {
    allows: (url) => hostKeys(rules(), url) !== null,
    ask: (analysisId, url) => askCallback(database, analysisId, new URL(url).href),
  };
}
