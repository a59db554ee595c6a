import type { Config } from '../config/config.ts';
import type { Archive } from './archive.ts';
import type { DicomWebArchiveOptions } from './archive-connection.ts';
import { dicomWebArchive } from './dicomweb-archive.ts';

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
