import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STAGES } from '../src/domain/stage.ts';

const page = readFileSync('docs/architecture.md', 'utf8');

test('the picture of the rooms is the one that the code draws', () => {
  const drawn = execFileSync(process.execPath, ['scripts/draw-house.mjs'], { encoding: 'utf8' });
  expect(page).toContain(`\`\`\`mermaid\n${drawn}\`\`\`\n`);
}, 60_000);

test('no room is above itself', () => {
  const below = new Map<string, string[]>();
  for (const [, from, to] of page.matchAll(/^ {2}(\w+) --> (\w+)$/gm)) {
    below.set(from!, [...(below.get(from!) ?? []), to!]);
  }
  const under = (room: string, way: readonly string[]): void => {
    if (way.includes(room)) throw new Error([...way, room].join(' → '));
    for (const next of below.get(room) ?? []) under(next, [...way, room]);
  };
  for (const room of below.keys()) under(room, []);
  expect(below.size).toBeGreaterThan(15);
});

test('every room has its paragraph, and no other has', () => {
  const rooms = readdirSync('src', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'cli')
    .map(({ name }) => name);
  const told = [...page.matchAll(/^### (\S+)$/gm)].map(([, room]) => room!);
  expect(told.toSorted()).toEqual(rooms.toSorted());
});

test.each(
  ['README.md', 'training/README.md', ...readdirSync('docs', { recursive: true, encoding: 'utf8' })]
    .filter((name) => name.endsWith('.md'))
    .map((name) => (name.includes('README') ? name : `docs/${name}`)),
)('every file of the project that %s names is there', (file) => {
  const named = [...readFileSync(file, 'utf8').matchAll(/`((?:src|test|scripts|openapi|docs)\/[\w./-]+)`/g)];
  expect(named.map(([, path]) => path!).filter((path) => !existsSync(path))).toEqual([]);
});

test.each(['docs/architecture.md', 'README.md'])('the way of a study in %s has every stage', (file) => {
  const picture = readFileSync(file, 'utf8')
    .split('```')
    .find((block) => block.includes('watch ─'))!;
  for (const stage of STAGES) expect(picture).toContain(stage);
});
