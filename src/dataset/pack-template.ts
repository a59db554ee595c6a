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

/**
 * A segmenter as it stands in its file, a manifest's `segmenter` without hashes, and it as a manifest would have it.
 * @param around a template whose other networks it could stand beside.
 * @throws ModelPackError when it is none.
 */
export function parseSegmenterTemplate(file: string, text: string, around: string) {
  const template = parseJson(text) as object | null;
  const filled = parseJson(text) as Readonly<Record<string, Untrained>> | null;
  for (const network of Object.values(filled ?? {})) network.sha256 ??= UNTRAINED_SHA256;
  const { manifest } = parseTemplate(
    file,
    JSON.stringify({ ...(parseJson(around) as object), segmenter: filled }),
  );
  return { template, segmenter: manifest.segmenter! };
}
