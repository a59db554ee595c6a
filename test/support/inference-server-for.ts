import { modelName } from '../../src/inference/network/remote/model-name.ts';
import { readManifest } from '../../src/inference/pack/read-manifest.ts';
import { networksOf, readNetworks } from '../../src/inference/pack/read-networks.ts';
import { type InferenceServerForTests, inferenceServerForTests } from './inference-server.ts';

/** An inference server with the networks of a pack, called as the pack calls them. */
export async function inferenceServerFor(folder: string): Promise<InferenceServerForTests> {
  const server = await inferenceServerForTests();
  const { manifest } = await readManifest(folder);
  const files = await readNetworks(folder, manifest);
  for (const [i, network] of networksOf(manifest).entries()) {
    server.models.set(modelName(network), { bytes: files[i]!.bytes, version: '1' });
  }
  return server;
}
