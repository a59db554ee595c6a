import type { PackManifest } from '../inference/pack/pack-manifest.ts';
import { parseManifest } from '../inference/pack/parse-manifest.ts';

const UNTRAINED_SHA256 = '0'.repeat(64);

/** What of a manifest is not known before training. */
interface Untrained {
  sha256?: string;
}
interface TemplateJson {
  localiser?: Untrained;
  foramenFinder?: Untrained;
  licence?: Untrained;
  classifiers?: (Untrained & {
    output?: { classes?: unknown[]; heads?: { calibration?: unknown }[] };
  })[];
}

export interface PackTemplate {
  /** As it stands in its file. */
  readonly template: object;
  readonly manifest: PackManifest;
}

/**
 * Reads a pack's template: a manifest, with or without hashes and calibration.
 * @returns the template, and it as a manifest whose unknown parts are filled in.
 * @throws ModelPackError when the rest of it is no manifest.
 */
export function parseTemplate(file: string, text: string): PackTemplate {
  const template = parseJson(text) as object;
  const filled = parseJson(text) as TemplateJson | null;
  for (const file of [
    filled?.localiser,
    filled?.foramenFinder,
    filled?.licence,
    ...(filled?.classifiers ?? []),
  ]) {
    if (file) file.sha256 ??= UNTRAINED_SHA256;
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
