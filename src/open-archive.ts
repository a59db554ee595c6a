import type { Config } from './config.ts';
import type { Archive } from './dicomweb/archive.ts';
import { dicomWebArchive } from './dicomweb/dicomweb-archive.ts';

/** The archive that the settings name. */
export function openArchive({
  pacs,
  limits,
}: Pick<Config, 'pacs' | 'limits'>): Archive & { close(): Promise<void> } {
  const { credentials, timeoutMs } = pacs;
  const authorization =
    credentials.kind === 'bearer'
      ? { kind: 'bearer' as const, token: credentials.token.reveal() }
      : credentials.kind === 'basic'
        ? { kind: 'basic' as const, username: credentials.username, password: credentials.password.reveal() }
        : null;
  return dicomWebArchive({
    url: pacs.url,
    headersTimeoutMs: timeoutMs,
    bodyTimeoutMs: timeoutMs,
    maxInstanceBytes: limits.maxBytes,
    ...(authorization === null ? {} : { authorization }),
  });
}
