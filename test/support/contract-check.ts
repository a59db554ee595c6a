import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import yaml from 'js-yaml';

/** An answer, of whatever client. */
export interface CheckedAnswer {
  readonly status: number;
  get(header: string): string | undefined;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
}

type Json = { readonly [key: string]: Json };

/**
 * Checks an answer against openapi/spinegrade.yaml by other means than the service does.
 * @param operation path and method in the contract, such as `/healthz` and `get`.
 * @throws Error when the status, the media type, a required header or the body is not in the contract.
 */
export function contractChecker(): (
  operation: readonly [path: string, method: string],
  answer: CheckedAnswer,
) => void {
  const contract = yaml.load(
    readFileSync(new URL('../../openapi/spinegrade.yaml', import.meta.url), 'utf8'),
  ) as Json;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(contract, 'contract');
  const kept = new Map<Json, ValidateFunction>();
  /** Compiling takes a hundred times as long as checking an answer. */
  const compiled = (schema: Json) => {
    const validate = kept.get(schema) ?? ajv.compile(resolved(schema));
    kept.set(schema, validate);
    return validate;
  };
  return ([path, method], answer) => {
    const named = contract['paths']?.[path]?.[method]?.['responses']?.[String(answer.status)];
    if (named === undefined) throw new Error(`the contract has no ${answer.status} for ${method} ${path}`);
    const pointer = named['$ref'] === undefined ? null : String(named['$ref']).split('/').slice(1);
    const response = pointer === null ? named : pointer.reduce<Json>((at, key) => at[key]!, contract);
    for (const [header, { required }] of Object.entries(response['headers'] ?? {})) {
      if (required && answer.get(header) === undefined) throw new Error(`the header ${header} is missing`);
    }
    const type = String(answer.get('Content-Type')).split(';')[0]!;
    const media = response['content']?.[type];
    if (media === undefined)
      throw new Error(`the contract has no ${type} for ${answer.status} ${method} ${path}`);
    if (!type.endsWith('json')) return;
    const validate = compiled(media['schema']!);
    if (!validate(answer.body))
      throw new Error(`not the contract's ${path}: ${ajv.errorsText(validate.errors)}`);
  };
}

/** References of the contract, made to point into the document that ajv knows. */
function resolved(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"contract#/')) as Json;
}
