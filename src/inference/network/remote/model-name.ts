import { basename } from 'node:path';

/**
 * What a network is called on an inference server unless the settings say otherwise: its file, and twelve digits of its
 * SHA-256, so that several packs, and versions of them, lie side by side on one server.
 */
export function modelName({ file, sha256 }: { readonly file: string; readonly sha256: string }): string {
  const stem = basename(file, '.onnx').replaceAll(/[^A-Za-z0-9_.-]/g, '-');
  return `${stem}-${sha256.slice(0, 12)}`;
}
