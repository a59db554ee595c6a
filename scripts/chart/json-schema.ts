/** JSON Schema, draft 7: what Helm reads. */
export type JsonSchema = { readonly [keyword: string]: unknown };
