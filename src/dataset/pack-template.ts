import type { PackManifest } from '../inference/pack-manifest.ts';
import { parseManifest } from '../inference/parse-manifest.ts';

const UNTRAINED_SHA256 = '0'.repeat(64);

/** What of a manifest is not known before training. */
interface Untrained {
  sha256?: string;
}
interface TemplateJson {
  localiser?: Untrained;
  classifiers?: (Untrained & {
    output?: { classes?: unknown[]; heads?: { calibration?: unknown }[] };
  })[];
}

/**
 * Reads a pack's template: a manifest, with or without hashes and calibration.
 * @returns the template as it stands, and as a manifest whose unknown parts are filled in.
 * @throws ModelPackError when the rest of it is no manifest.
 */
export function parseTemplate(file: string, text: string): { template: unknown; manifest: PackManifest } {
  const template: unknown = parseJson(text);
  const filled = parseJson(text) as TemplateJson | null;
  for (const network of [filled?.localiser, ...(filled?.classifiers ?? [])]) {
    if (network) network.sha256 ??= UNTRAINED_SHA256;
  }
  for (const { output } of filled?.classifiers ?? []) {
    const bias = (output?.classes ?? [0]).map(() => 0);
    for (const head of output?.heads ?? []) head.calibration ??= { temperature: 1, bias };
  }
  const complete = filled === null ? text : JSON.stringify(filled);
  return { template, manifest: parseManifest(file, complete) };
}

/** Null where the text is no JSON, which parseManifest then tells of. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
