import { RE2JS } from 're2js';
import { attributeTag } from '../../dicom/json/attribute-tag.ts';
import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { hasValue, textValues } from '../../dicom/json/dicom-json-values.ts';
import type { SeriesRole, SiteRuleVerdict } from '../../domain/series-role.ts';
import { compiledSchema } from '../../process/compiled-schema.ts';
import schema from './series-rules.schema.json' with { type: 'json' };

/** Tried in order; the first that fits an image decides it. */
export type SeriesRules = readonly SeriesRule[];
export const NO_RULES: SeriesRules = [];

interface SeriesRule extends SiteRuleVerdict {
  readonly conditions: readonly {
    readonly tag: string;
    readonly holds: (json: DicomJson, tag: string) => boolean;
  }[];
}

type Scalar = string | number;
type ConditionFile =
  | Scalar
  | {
      readonly equals?: Scalar;
      readonly in?: readonly Scalar[];
      readonly matches?: string;
      readonly atLeast?: number;
      readonly atMost?: number;
      readonly present?: boolean;
      readonly not?: ConditionFile;
    };
interface RulesFile {
  readonly rules: readonly {
    readonly name: string;
    readonly when: Readonly<Record<string, ConditionFile>>;
    readonly role?: SeriesRole;
    readonly refuse?: true;
  }[];
}

/** Rules see how an image was taken and described, never whose it is; the functional groups count as top level. */
const READABLE_GROUPS = /^00(08|18|20|28)/;
/** Of group 0008, whose names and accession numbers identify people and visits. */
const IDENTIFYING = new Set(['00080050', '00080090', '00081048', '00081050', '00081060', '00081070']);

/** Rules, or every problem of the file, each with the place in it. */
export type ParsedRules =
  | { readonly kind: 'rules'; readonly rules: SeriesRules }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

const rulesFile = compiledSchema<RulesFile>(schema, { allowUnionTypes: true });

/** Reads rules from the text of a JSON file that series-rules.schema.json describes. */
export function parseSeriesRules(text: string): ParsedRules {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return { kind: 'problems', problems: [`not JSON: ${(cause as Error).message}`] };
  }
  const validate = rulesFile();
  if (!validate(json)) {
    const problems = (validate.errors ?? [])
      .filter(({ keyword }) => keyword !== 'anyOf')
      .map(({ instancePath, message, params }) => {
        const { additionalProperty } = params as { additionalProperty?: string };
        const key = additionalProperty === undefined ? '' : ` (${additionalProperty})`;
        return `${instancePath || '/'} ${message}${key}`;
      });
    return { kind: 'problems', problems: [...new Set(problems)] };
  }
  const problems = json.rules.flatMap(problemsOf);
  const names = json.rules.map(({ name }) => name);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    problems.push(`/rules two rules are named "${name}"`);
  }
  if (problems.length > 0) return { kind: 'problems', problems };
  const rules = json.rules.map(({ name, when, role }): SeriesRule => {
    const conditions = Object.entries(when).map(([attribute, condition]) => {
      const tag = attributeTag(attribute);
      if (tag.kind === 'unknown') throw new Error('checked above');
      return { tag: tag.tag, holds: test(condition) };
    });
    return { name, role: role ?? null, conditions };
  });
  return { kind: 'rules', rules };
}

function problemsOf({ when }: RulesFile['rules'][number], index: number): string[] {
  return Object.entries(when).flatMap(([attribute, condition]) => {
    const place = `/rules/${index}/when/${attribute}`;
    const found = attributeTag(attribute);
    if (found.kind === 'unknown') {
      const meant = found.meant === null ? '' : `: is ${found.meant} meant?`;
      return [`${place} is no DICOM keyword or tag${meant}`];
    }
    if (!READABLE_GROUPS.test(found.tag) || IDENTIFYING.has(found.tag)) {
      return [`${place} cannot be tested: only how an image was taken is, groups 0008, 0018, 0020 and 0028`];
    }
    return patternProblems(condition).map((problem) => `${place} ${problem}`);
  });
}

function patternProblems(condition: ConditionFile): string[] {
  if (typeof condition !== 'object') return [];
  const inner = condition.not === undefined ? [] : patternProblems(condition.not);
  if (condition.matches === undefined) return inner;
  try {
    pattern(condition.matches);
    return inner;
  } catch (cause) {
    return [...inner, `"matches" is no regular expression: ${(cause as Error).message}`];
  }
}

/** In RE2's syntax, whose cost grows with the text alone: a site's expression meets text that anybody may send. */
function pattern(expression: string): RE2JS {
  return RE2JS.compile(expression, RE2JS.CASE_INSENSITIVE);
}

/** The verdict of the first rule whose conditions all hold of an image (or frame, as frameDataSets gives it). */
export function applyRules(rules: SeriesRules, json: DicomJson): SiteRuleVerdict | null {
  const rule = rules.find(({ conditions }) => conditions.every(({ tag, holds }) => holds(json, tag)));
  return rule === undefined ? null : { name: rule.name, role: rule.role };
}

/** A condition of several parts holds when all parts do; of several values of the attribute one is enough. */
function test(condition: ConditionFile): (json: DicomJson, tag: string) => boolean {
  if (typeof condition !== 'object') return test({ equals: condition });
  const { equals, in: among, matches, atLeast, atMost, present, not } = condition;
  const expression = matches === undefined ? null : pattern(matches);
  const negated = not === undefined ? null : test(not);
  const wanted = equals === undefined ? among : [equals];
  return (json, tag) => {
    const values = textValues(json, tag);
    const some = (fits: (value: string) => boolean) => values.some(fits);
    if (present !== undefined && hasValue(json, tag) !== present) return false;
    if (negated?.(json, tag)) return false;
    if (wanted !== undefined && !some((value) => wanted.some((each) => same(value, each)))) return false;
    if (expression !== null && !some((value) => expression.matcher(value).find())) return false;
    if (atLeast !== undefined && !some((value) => Number(value) >= atLeast)) return false;
    return atMost === undefined || some((value) => Number(value) <= atMost);
  };
}

function same(value: string, wanted: Scalar): boolean {
  if (typeof wanted === 'number') return value !== '' && Number(value) === wanted;
  return value.toUpperCase() === wanted.trim().toUpperCase();
}
