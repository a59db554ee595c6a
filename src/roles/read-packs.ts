import type { Config, Role } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { ROLE_NAMES } from '../domain/series-role.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import { isCanaryStudy } from '../inference/pack/canary-share.ts';
import { type PackDescription, readManifest } from '../inference/pack/read-manifest.ts';

/** The packs of a process, described or loaded. */
export interface Packs<Pack> {
  readonly serving: Pack;
  /** Grades and reports its share of the studies. */
  readonly canary: Pack | null;
  /** Compared with the one that reports. */
  readonly shadow: Pack | null;
}

/** Roles that have to know of a pack beside the serving one. */
const KNOWS: Readonly<Record<'canary' | 'shadow', readonly Role[]>> = {
  canary: ['all', 'watcher', 'worker'],
  shadow: ['all', 'worker'],
};

/** Reads the manifests of the packs that the role works with. @throws ModelPackError; ConfigError where they do not go together */
export async function readPacks({
  role,
  model,
}: Pick<Config, 'role' | 'model'>): Promise<Packs<PackDescription>> {
  const read = async (use: 'canary' | 'shadow', folder: string | null) =>
    folder === null || !KNOWS[use].includes(role) ? null : await readManifest(folder);
  const packs = {
    serving: await readManifest(model.packDir),
    canary: await read('canary', model.canary?.packDir ?? null),
    shadow: await read('shadow', model.shadowPackDir),
  };
  const problems = contradictions(packs);
  if (problems.length > 0) throw new ConfigError(problems);
  return packs;
}

function contradictions({ serving, canary, shadow }: Packs<PackDescription>): readonly string[] {
  const same = (setting: string, pack: PackDescription | null) =>
    pack?.sha256 === serving.sha256
      ? [
          `${setting} and MODEL_PACK are the same pack: ${serving.manifest.name} ${serving.manifest.version}, manifest with SHA-256 ${serving.sha256}`,
        ]
      : [];
  const unseen = (setting: string, reporting: PackDescription | null) => {
    const uses = reporting?.manifest.uses;
    const lacking = shadow?.manifest.uses.filter((role) => uses !== undefined && !uses.includes(role)) ?? [];
    const names = lacking.map((role) => ROLE_NAMES[role]).join(' and ');
    return lacking.length === 0
      ? []
      : [
          `SHADOW_PACK uses ${names}, ${setting} does not: a shadow is shown what was fetched for the report. Such a pack can be tried as CANARY_PACK`,
        ];
  };
  return [
    ...same('CANARY_PACK', canary),
    ...same('SHADOW_PACK', shadow),
    ...unseen('MODEL_PACK', serving),
    ...unseen('CANARY_PACK', canary),
  ];
}

/** The pack that grades and reports a study: the same in every process with the same settings. */
export function packOf<Serving, Canary>(
  study: StudyInstanceUid,
  { serving, canary }: { readonly serving: Serving; readonly canary: Canary | null },
  { canary: share }: Pick<Config['model'], 'canary'>,
): Serving | Canary {
  return canary !== null && share !== null && isCanaryStudy(study, share.sharePercent) ? canary : serving;
}
