import type { Config } from './config.ts';
import type { Archive } from './dicomweb/archive.ts';
import { type DicomWebArchiveOptions, dicomWebArchive } from './dicomweb/dicomweb-archive.ts';

/** The archive that the settings name. */
export function openArchive(
  { pacs, limits }: Pick<Config, 'pacs' | 'limits'>,
  told: Pick<DicomWebArchiveOptions, 'onWay' | 'onPassedOver'> = {},
): Archive & { close(): Promise<void> } {
  const { credentials, timeoutMs, totalTimeoutMs } = pacs;
  return dicomWebArchive({
    url: pacs.url,
    connectTimeoutMs: timeoutMs,
    headersTimeoutMs: timeoutMs,
    bodyTimeoutMs: timeoutMs,
    totalTimeoutMs,
    maxInstanceBytes: limits.maxBytes,
    ...(credentials.kind === 'none' ? {} : { authorization: credentials }),
    ...told,
  });
}
