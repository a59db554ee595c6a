import { CATALOGUE, type CatalogueEntry, type Code, type CodeOf } from '../../domain/catalogue.ts';

/** The codes of one kind, as the values of a label. */
export function codesOf<Kind extends CatalogueEntry['kind']>(kind: Kind): readonly CodeOf<Kind>[] {
  const codes = Object.keys(CATALOGUE) as Code[];
  return codes.filter((code) => CATALOGUE[code].kind === kind) as CodeOf<Kind>[];
}
