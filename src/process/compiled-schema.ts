import { Ajv, type Options, type ValidateFunction } from 'ajv';

/** Compiled in half the time: the checks run a few times in the life of a process, and a test says that schemas are schemas. */
const QUICK = { code: { optimize: false }, inlineRefs: false, validateSchema: false } as const;

/**
 * The check of a JSON Schema, compiled when it is first asked for, which takes tens of milliseconds, and once.
 * @param schema of the program's own, known to be one.
 */
export function compiledSchema<Valid>(schema: object, options: Options = {}): () => ValidateFunction<Valid> {
  let compiled: ValidateFunction<Valid> | null = null;
  return () => {
    compiled ??= new Ajv({ allErrors: true, ...QUICK, ...options }).compile<Valid>(schema);
    return compiled;
  };
}
