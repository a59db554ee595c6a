import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSync } from 'recheck';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const SRC = new URL('../src/', import.meta.url).pathname;

interface Expression {
  readonly file: string;
  readonly literal: string;
}

/** Every regular expression literal of the product; tests and fixtures read no text from outside. */
function literals(): readonly Expression[] {
  const files = (readdirSync(SRC, { recursive: true }) as string[])
    .filter((file) => /\.ts$/.test(file) && !/\.(test|fixture|d)\.ts$/.test(file))
    .sort();
  const found = new Map<string, string>();
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(join(SRC, file), 'utf8'), ts.ScriptTarget.Latest);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node) && !found.has(node.text)) found.set(node.text, file);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return [...found].map(([literal, file]) => ({ literal, file }));
}

/** Null when no text makes it slow; otherwise how its cost grows. */
function slowness(literal: string): string | null {
  const end = literal.lastIndexOf('/');
  // Pure JavaScript: the same answer on every machine. Look-around is only tried out, within these limits.
  process.env['RECHECK_BACKEND'] = 'pure';
  const found = checkSync(literal.slice(1, end), literal.slice(end + 1), {
    timeout: 20_000,
    incubationLimit: 5000,
    maxIteration: 2,
    randomSeed: 1,
  });
  if (found.status === 'safe') return null;
  return found.status === 'vulnerable' ? found.complexity.summary : `unknown: ${found.error.kind}`;
}

describe('no text from outside makes a regular expression of the product slow', () => {
  test.each(literals())('$file: $literal', ({ literal }) => expect(slowness(literal)).toBeNull(), 30_000);

  test.each(['/^(a+)+$/', '/\\d+$/', '/^(A|.*\\bB\\b.*)$/', '/(?<!x)a.*b.*c/'])(
    '%s would be found',
    (literal) => {
      expect(slowness(literal)).not.toBeNull();
    },
  );
});
