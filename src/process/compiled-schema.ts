import { Ajv, type Options, type ValidateFunction } from 'ajv';

/**
 * The check of a JSON Schema, compiled when it is first asked for, which takes tens of milliseconds, and once.
 * @param schema of the program's own, known to be one.
 */
export function compiledSchema<Valid>(schema: object, options: Options = {}): () => ValidateFunction<Valid> {
  let compiled: ValidateFunction<Valid> | null = null;
  return () => {
    compiled ??= new Ajv({ allErrors: true, ...options }).compile<Valid>(schema);
    return compiled;
  };
}
