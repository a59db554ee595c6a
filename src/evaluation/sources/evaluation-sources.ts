import type { SeriesRole } from '../../domain/series-role.ts';
import type { PackManifest } from '../../inference/pack/pack-manifest.ts';
import type { PhantomOptions } from '../../phantom/phantom-options.ts';
import { cropped, withoutRoles } from './degraded-studies.ts';
import type { FolderReading } from './folder-reading.ts';
import { folderSources } from './folder-sources.ts';
import { phantomSources, type StudySource } from './study-source.ts';

/** Which studies are evaluated: plain data, so that every thread opens the same. */
export interface EvaluationStudies {
  readonly from:
    | {
        readonly kind: 'phantoms';
        readonly seed: number;
        readonly count: number;
        readonly options: Pick<PhantomOptions, 'family' | 'prevalence' | 'contrast' | 'variant'>;
      }
    | { readonly kind: 'folder'; readonly folder: string; readonly tables: string };
  /** Only the first so many; null for all. */
  readonly limit: number | null;
  /** Roles whose series are set aside. */
  readonly without: readonly SeriesRole[];
  /** Share of rows and columns of every slice that is kept; 1 for all. */
  readonly crop: number;
}

async function evaluationSources(
  { from, limit, without, crop }: EvaluationStudies,
  manifest: PackManifest,
  reading: FolderReading,
): Promise<readonly StudySource[]> {
  const all =
    from.kind === 'phantoms'
      ? phantomSources(from.seed, from.count, from.options)
      : await folderSources(from.folder, from.tables, manifest, reading);
  const taken = withoutRoles(all.slice(0, limit ?? all.length), without);
  return crop === 1 ? taken : cropped(taken, crop);
}

/**
 * The studies as each pack takes them: of a folder by what the pack reads, of phantoms the very same sources for all.
 * @throws what folderSources throws.
 */
export async function sourcesOfPacks(
  studies: EvaluationStudies,
  manifests: readonly PackManifest[],
  reading: FolderReading,
): Promise<readonly (readonly StudySource[])[]> {
  if (studies.from.kind === 'folder') {
    return Promise.all(manifests.map((manifest) => evaluationSources(studies, manifest, reading)));
  }
  const shared = await evaluationSources(studies, manifests[0]!, reading);
  return manifests.map(() => shared);
}
