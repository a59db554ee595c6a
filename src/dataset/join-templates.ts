import { SERIES_ROLES } from '../domain/series-role.ts';
import type { ClassifierSpec } from '../inference/pack/classifier-spec.ts';
import { ModelPackError } from '../inference/pack/model-pack-error.ts';
import type { PackTemplate } from './pack-template.ts';

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
