import { load } from 'js-yaml';
import type { JsonSchema } from './json-schema.ts';

/** One value of values.yaml with what stands above it. */
export interface ValueNode {
  readonly name: string;
  readonly comment: string;
  readonly byDefault: unknown;
  /** Of a value without others below it. */
  readonly schema: JsonSchema | null;
  readonly children: readonly ValueNode[];
}

interface Line {
  readonly indent: number;
  readonly name: string;
  readonly comment: string[];
  readonly schema: JsonSchema | null;
}

/**
 * values.yaml as a tree. A value with a schema of its own, and one that is no mapping with keys, has no others below it.
 * @throws Error where a schema cannot be read or a type can be told from neither schema nor default.
 */
export function valuesTree(text: string): readonly ValueNode[] {
  const lines = keyLines(text);
  let at = 0;
  const below = (indent: number, defaults: Readonly<Record<string, unknown>>, path: string): ValueNode[] => {
    const nodes: ValueNode[] = [];
    while (at < lines.length && lines[at]!.indent === indent) {
      const line = lines[at]!;
      const byDefault = defaults[line.name];
      const here = `${path}${line.name}`;
      at += 1;
      const next = lines[at];
      const nested = line.schema === null && isMapping(byDefault) && Object.keys(byDefault).length > 0;
      const children = nested ? below(next!.indent, byDefault, `${here}.`) : [];
      if (!nested) while (at < lines.length && lines[at]!.indent > indent) at += 1;
      const schema = nested ? null : (line.schema ?? inferred(byDefault, here));
      nodes.push({ name: line.name, comment: line.comment.join(' '), byDefault, schema, children });
    }
    return nodes;
  };
  return below(0, load(text) as Record<string, unknown>, '');
}

/** Lines that begin a key, with the comment lines right above. Items of lists and what lies in them are none. */
function keyLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  let comment: string[] = [];
  let schema: JsonSchema | null = null;
  let itemIndent = Number.POSITIVE_INFINITY;
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length;
    const said = /^ *# ?(.*)$/.exec(line)?.[1];
    const name = /^ *([A-Za-z][\w.]*):(?: |$)/.exec(line)?.[1];
    if (said !== undefined) {
      if (said.startsWith('@schema ')) schema = load(said.slice('@schema '.length)) as JsonSchema;
      else if (!/^(BEGIN|END) /.test(said)) comment.push(said);
      continue;
    }
    if (/^ *- /.test(line)) itemIndent = indent;
    if (name !== undefined && indent <= itemIndent) {
      itemIndent = Number.POSITIVE_INFINITY;
      lines.push({ indent, name, comment, schema });
    }
    comment = [];
    schema = null;
  }
  return lines;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inferred(byDefault: unknown, path: string): JsonSchema {
  const type = typeof byDefault;
  if (type === 'string' || type === 'boolean') return { type };
  if (Number.isInteger(byDefault)) return { type: 'integer' };
  throw new Error(`values.yaml: ${path} needs an @schema`);
}
