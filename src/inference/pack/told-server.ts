import type { Algorithm } from '../../domain/assessment.ts';
import type { InferenceServer, RemoteNetwork, SeenServer } from '../network/remote/inference-server.ts';

/** What ran, as it is now known: the same object for as long as nothing of it is another. */
export type RanThere = () => Algorithm;

/** The algorithm with the server on which some of its networks run, and the models that answered there. */
export function toldServer(
  algorithm: Algorithm,
  server: Pick<InferenceServer, 'url' | 'seen'>,
  networks: readonly RemoteNetwork[],
): RanThere {
  if (networks.length === 0) return () => algorithm;
  const told = (seen: SeenServer | null): Algorithm => ({
    ...algorithm,
    inferenceServer: {
      url: server.url,
      name: seen?.name ?? null,
      version: seen?.version ?? null,
      networks: networks.map((network) => ({
        file: network.file,
        model: network.model,
        modelVersion: seen?.modelVersions.get(network) ?? null,
      })),
    },
  });
  let last = { seen: server.seen, told: told(server.seen) };
  return () => {
    if (server.seen !== last.seen) last = { seen: server.seen, told: told(server.seen) };
    return last.told;
  };
}
