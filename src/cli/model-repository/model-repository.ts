import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileEnvironment } from '../../config/environment.ts';
import { modelPackDir } from '../../config/model-settings.ts';
import { settingReader } from '../../config/setting.ts';
import { expectedTensors } from '../../inference/network/expected-tensors.ts';
import { modelName } from '../../inference/network/remote/model-name.ts';
import { ModelPackError } from '../../inference/pack/model-pack-error.ts';
import { readManifest } from '../../inference/pack/read-manifest.ts';
import { networksOf, readNetworks } from '../../inference/pack/read-networks.ts';
import { MisuseError, parseOptions, tellFault } from '../options/option-values.ts';
import { modelConfig } from './model-config.ts';

const USAGE = `usage: npm run -s cli -- model-repository --to FOLDER [--model PACK]

Lays the networks of a model pack out as a Triton model repository, for INFERENCE_URL: of each network a folder with
config.pbtxt and, as version 1, model.onnx. What is there of other packs stays.
--to      folder of the model repository; it is made where it is missing
--model   folder of the pack; MODEL_PACK or the pack that comes with the program unless given
`;

/** `model-repository`: 0 it is laid out, 1 the pack cannot be read, 2 misuse. */
export async function modelRepositoryCommand(args: string[]): Promise<number> {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseOptions({ args, options: { to: text, model: text } });
    if (values.to === undefined) throw new MisuseError('--to is missing');
    // The server is another user, and nothing here is about patients.
    process.umask(0o022);
    const pack = values.model ?? modelPackDir(settingReader(fileEnvironment()));
    for (const line of await layOut(pack, values.to)) console.log(line);
    return 0;
  } catch (fault) {
    return tellFault('model-repository', USAGE, fault, ModelPackError);
  }
}

/** A line a network: its file, and what the server calls it. @throws ModelPackError */
async function layOut(pack: string, to: string): Promise<readonly string[]> {
  const { manifest } = await readManifest(pack);
  // Read for their hashes alone.
  await readNetworks(pack, manifest);
  const tensors = expectedTensors(manifest);
  const lines: string[] = [];
  for (const [i, network] of networksOf(manifest).entries()) {
    const name = modelName(network);
    await mkdir(join(to, name, '1'), { recursive: true });
    await copyFile(join(pack, network.file), join(to, name, '1', 'model.onnx'));
    await writeFile(join(to, name, 'config.pbtxt'), modelConfig(name, tensors[i]!));
    lines.push(`${network.file}: ${join(to, name)}`);
  }
  return lines;
}
