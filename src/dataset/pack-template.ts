import { SERIES_ROLES } from '../domain/series-role.ts';
import { ModelPackError } from '../inference/pack/model-pack-error.ts';
import type { ClassifierSpec, PackManifest } from '../inference/pack/pack-manifest.ts';
import { parseManifest } from '../inference/pack/parse-manifest.ts';

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

/**
 * One template for the networks of several: the first, with the classifiers of all that see or learn something else.
 * @throws ModelPackError when their localisers are not the same.
 */
export function joinTemplates(files: readonly string[], templates: readonly PackTemplate[]): PackTemplate {
  const [first] = templates as readonly [PackTemplate, ...PackTemplate[]];
  if (templates.length === 1) return first;
  const localiser = JSON.stringify(first.manifest.localiser);
  for (const [i, { manifest }] of templates.entries()) {
    if (JSON.stringify(manifest.localiser) !== localiser) {
      throw new ModelPackError(files[i]!, [`/localiser is not that of ${files[0]}`]);
    }
  }
  const classifiers = new Map<string, readonly [unknown, ClassifierSpec]>();
  for (const { template, manifest } of templates) {
    for (const [k, spec] of manifest.classifiers.entries()) {
      const { file: _, ...rest } = spec;
      const asWritten = (template as { classifiers: unknown[] }).classifiers[k];
      if (!classifiers.has(JSON.stringify(rest))) classifiers.set(JSON.stringify(rest), [asWritten, spec]);
    }
  }
  const roles = (of: 'requires' | 'uses') =>
    SERIES_ROLES.filter((role) => templates.some(({ manifest }) => manifest[of].includes(role)));
  const joined = { requires: roles('requires'), uses: roles('uses') };
  const all = [...classifiers.values()];
  return {
    template: { ...first.template, ...joined, classifiers: all.map(([asWritten]) => asWritten) },
    manifest: { ...first.manifest, ...joined, classifiers: all.map(([, spec]) => spec) },
  };
}
