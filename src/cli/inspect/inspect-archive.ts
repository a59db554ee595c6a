import { readConfig } from '../../config/config.ts';
import { fileEnvironment } from '../../config/environment.ts';
import { ArchiveError } from '../../dicomweb/archive.ts';
import { openArchive } from '../../dicomweb/open-archive.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import { reasonOf } from '../../domain/unusable-study.ts';
import { readManifest } from '../../inference/pack/read-manifest.ts';
import { startDecoderPool } from '../../pixels/decoder-pool.ts';
import type { SeriesRules } from '../../series/rules/series-rules.ts';
import { archiveImages } from '../../study/archive-images.ts';
import { fetchVolumes } from '../../study/fetch-volumes.ts';
import { inspectStudy } from '../../study/inspect-study.ts';
import type { Request } from './inspect-request.ts';
import { type Inspection, inspection } from './inspection.ts';

/**
 * Inspects one study of the archive that the settings name, as the service would. @throws ConfigError,
 * ModelPackError
 */
export async function inspectInArchive(study: StudyInstanceUid, env: Request['env']): Promise<Inspection> {
  const config = readConfig({ ...fileEnvironment(), ...env });
  const rules: SeriesRules = config.seriesRules;
  const { limits } = config;
  const archive = openArchive(config);
  const decoders = startDecoderPool(config.decoding);
  const { decode } = decoders;
  try {
    const { manifest: roles } = await readManifest(config.model.packDir);
    const source = archiveImages(archive, study, limits);
    const seen = await inspectStudy(source, roles, { decode, limits, rules }).catch((cause: unknown) => {
      if (cause instanceof ArchiveError) return unanswered(cause, config.pacs.url);
      throw cause;
    });
    if (typeof seen === 'string') return inspection(study, [], [seen]);
    const { decisions, reasons } = seen.selection;
    if (reasons[0]?.code === 'not-in-archive') {
      return inspection(
        study,
        [],
        [`the PACS at ${config.pacs.url} (PACS_URL) holds no series of this study`],
      );
    }
    if (reasons.length > 0) return inspection(study, decisions, reasons);
    try {
      const volumes = await fetchVolumes(source, decode, seen, undefined, limits);
      for (const { slices } of Object.values(volumes)) for (const { pixels } of slices) await pixels();
      return inspection(study, decisions, []);
    } catch (cause) {
      const reason = cause instanceof ArchiveError ? unanswered(cause, config.pacs.url) : reasonOf(cause);
      if (reason === null) throw cause;
      return inspection(study, decisions, [reason]);
    }
  } finally {
    await decoders.close();
    await archive.close();
  }
}

/** What the PACS failed to do, and which setting to look at. */
function unanswered({ message, status }: ArchiveError, url: string): string {
  const refused =
    status === 401 || status === 403
      ? ': it wants other credentials (PACS_TOKEN, or PACS_USERNAME and PACS_PASSWORD)'
      : '';
  return `the PACS at ${url} (PACS_URL) did not answer as it should: ${message}${refused}`;
}
