import { readFile } from 'node:fs/promises';
import { ModelPackError } from '../../inference/pack/model-pack-error.ts';
import { MisuseError, parseOptions, tellFault } from '../options/option-values.ts';
import { fetchPack, type PackSource } from './fetch-pack.ts';
import { PackSourceError } from './pack-answer.ts';

const USAGE = `usage: fetch-pack --from URL --sha256 HEX --to FOLDER [--token-file FILE]

Brings a model pack from a web server, every file checked against its hash.
--from         address of the pack's manifest.json, its networks beside it
--sha256       of manifest.json: the pack's hash, as /readyz, /metrics and "evaluate" name it
--to           folder that becomes the pack; MODEL_PACK names it then
--token-file   holds a bearer token for the server
`;

/**
 * The fetch-pack command.
 * @param args what follows the command's name.
 * @returns the exit code: 0 the pack is there, 1 it cannot be had or is not the one, 2 misuse.
 */
export async function fetchPackCommand(args: readonly string[]): Promise<number> {
  try {
    const text = { type: 'string' } as const;
    const options = { from: text, sha256: text, to: text, 'token-file': text };
    const { values } = parseOptions({ args: [...args], options });
    if (values.to === undefined) throw new MisuseError('--to is missing');
    const source = await packSource(values.from, values.sha256, values['token-file']);
    const how = await fetchPack(source, values.to);
    console.log(`${values.to}: pack ${source.sha256} ${how === 'fetched' ? 'fetched' : 'was there'}`);
    return 0;
  } catch (fault) {
    return tellFault('fetch-pack', USAGE, fault, PackSourceError, ModelPackError);
  }
}

async function packSource(
  from: string | undefined,
  sha256 = '',
  tokenFile: string | undefined,
): Promise<PackSource> {
  const manifest = URL.parse(from ?? '');
  if (manifest === null || !/^https?:$/.test(manifest.protocol)) {
    throw new MisuseError('--from must be an http or https URL');
  }
  if (manifest.username !== '' || manifest.password !== '') {
    throw new MisuseError('--from must not hold credentials: use --token-file');
  }
  if (!/^[0-9a-f]{64}$/i.test(sha256)) throw new MisuseError('--sha256 must be 64 hexadecimal digits');
  const token = tokenFile === undefined ? null : (await readFile(tokenFile, 'utf8')).trim();
  return { manifest, sha256: sha256.toLowerCase(), token };
}
