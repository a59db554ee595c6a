import type { ToldModel } from '../http/operations/models-route.ts';
import type { ModelPack } from '../inference/pack/model-pack.ts';
import type { PackDescription } from '../inference/pack/read-manifest.ts';
import { networksOf } from '../inference/pack/read-networks.ts';
import type { Packs } from './read-packs.ts';

/** The packs as the API tells of them. @param running null where this process runs no network */
export function toldModels(
  packs: Packs<PackDescription>,
  running: Packs<Pick<ModelPack, 'algorithm'>> | null,
): ToldModel[] {
  const of = (use: ToldModel['use'], pack: PackDescription | null): ToldModel[] => {
    if (pack === null) return [];
    const { name, version, description, intendedUse, trainedOn, licence, requires, uses } = pack.manifest;
    const { executionProvider = null, inferenceServer = null } = running?.[use]?.algorithm ?? {};
    const networks = networksOf(pack.manifest);
    return [
      {
        ...{ use, name, version, description, intendedUse, trainedOn },
        packSha256: pack.sha256,
        licence: licence?.name ?? null,
        requires: [...requires],
        uses: [...uses],
        networks: networks.map(({ file, sha256 }) => ({ file, sha256 })),
        executionProvider,
        inferenceServer: inferenceServer && { ...inferenceServer, networks: [...inferenceServer.networks] },
      },
    ];
  };
  return [...of('serving', packs.serving), ...of('canary', packs.canary), ...of('shadow', packs.shadow)];
}
