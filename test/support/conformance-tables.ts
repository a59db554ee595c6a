import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { attributeTag } from '../../src/dicom/json/attribute-tag.ts';

const page = readFileSync('docs/conformance.md', 'utf8');

/** The rows of the first table under a heading, without its head; code marks are taken off. */
export function tableUnder(heading: string): string[][] {
  const [, section] = page.split(`\n### ${heading}\n`);
  const lines = section?.split('\n') ?? [];
  const start = lines.findIndex((line) => line.startsWith('|'));
  const rows = lines.slice(start + 2);
  const length = rows.findIndex((line) => !line.startsWith('|'));
  if (start < 0 || length < 1) throw new Error(`there is no table under ${heading}`);
  return rows.slice(0, length).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** Tags of the first column, as eight digits. Each, and the keyword beside it, has to be the same attribute. */
export const tagsUnder = (heading: string): string[] =>
  tableUnder(heading).map(([shown = '', keyword = '']) => {
    const tag = shown.replace(/^>*/, '');
    expect(attributeTag(keyword), keyword).toEqual(attributeTag(tag));
    return tag.replaceAll(/[(),]/g, '');
  });

/** The same, each behind those of the sequences that it is in, as the marks before it say (PS3.3 5.4). */
export function pathsUnder(heading: string): string[] {
  const tags = tagsUnder(heading);
  const within: string[] = [];
  return tableUnder(heading).map(([shown = ''], index) => {
    within.length = shown.lastIndexOf('>') + 1;
    within.push(tags[index]!);
    return within.join('>');
  });
}
