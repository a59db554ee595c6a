import { ConfigError } from '../config/config-error.ts';
import type { InferenceSettings } from '../config/inference-settings.ts';
import type { PackUse } from '../domain/pack-agreement.ts';
import type { InferenceServer } from '../inference/network/remote/inference-server.ts';
import { modelName } from '../inference/network/remote/model-name.ts';
import type { NetworksElsewhere } from '../inference/pack/load-model-pack.ts';
import type { PackDescription } from '../inference/pack/read-manifest.ts';
import { networksOf } from '../inference/pack/read-networks.ts';
import type { Packs } from './read-packs.ts';

const nameOf = (use: PackUse, file: string) => (use === 'serving' ? file : `${use}/${file}`);

/** Which networks of the pack run on the server: all but those that the settings keep here. */
export function networksElsewhere(
  use: PackUse,
  server: InferenceServer,
  { models }: Pick<InferenceSettings, 'models'>,
): NetworksElsewhere {
  return {
    server,
    addressOf(network) {
      const told = models.get(nameOf(use, network.file));
      return told === undefined ? { model: modelName(network), version: null } : told;
    },
  };
}

/** @throws ConfigError where INFERENCE_MODELS names what no pack has */
export function checkNamedNetworks(
  packs: Packs<PackDescription>,
  { models }: Pick<InferenceSettings, 'models'>,
): void {
  const known = (['serving', 'canary', 'shadow'] as const).flatMap((use) => {
    const pack = packs[use];
    return pack === null ? [] : networksOf(pack.manifest).map(({ file }) => nameOf(use, file));
  });
  const problems = [...models.keys()]
    .filter((name) => !known.includes(name))
    .map((name) => `INFERENCE_MODELS names ${name}: the networks are ${known.join(', ')}`);
  if (problems.length > 0) throw new ConfigError(problems);
}
