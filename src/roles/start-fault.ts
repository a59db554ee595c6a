import { ConfigError } from '../config/config-error.ts';
import { DatabaseFault } from '../database/database-fault.ts';
import { FolderInUseError } from '../database/embedded/folder-lock.ts';
import { FolderOpenError } from '../database/embedded/private-folder.ts';
import { ExecutionProviderError } from '../inference/network/load-network.ts';
import { ModelPackError } from '../inference/pack/model-pack-error.ts';
import { OpenFilesError } from '../process/open-files.ts';

/** What an operator can mend: said in words, without a stack. */
const OPERATORS_ERRORS = [
  ConfigError,
  OpenFilesError,
  ModelPackError,
  ExecutionProviderError,
  FolderInUseError,
  FolderOpenError,
  DatabaseFault,
];
/** Faults of the system that name themselves: a port in use, a database that is not there, a folder not to be made. */
const OPERATORS_CODES = /^(?:E[A-Z]+|[0-9A-Z]{5})$/;

/** Why the service cannot start, for whoever starts it; with its stack where nobody but a programmer can help. */
export function startFaultInWords(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const known = OPERATORS_ERRORS.some((kind) => cause instanceof kind);
  const code = 'code' in cause ? String(cause.code) : '';
  if (known || OPERATORS_CODES.test(code)) return cause.message || code;
  return cause.stack ?? cause.message;
}
