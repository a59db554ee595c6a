/**
 * Draws which room of src/ imports which, as Mermaid: an arrow wherever one room imports another and no longer way of
 * arrows says so already. `node scripts/draw-house.mjs` prints it; docs/architecture.md holds it.
 */
import { cruise } from 'dependency-cruiser';

const ROOM = /^src\/(?:([^/]+)\/|(server|compose|analyze-study)\.ts$)/;
const roomOf = (path) => {
  const [, room, file] = ROOM.exec(path) ?? [];
  return room ?? (file && `${file}.ts`);
};

const { output } = await cruise(['src'], {
  exclude: { path: ['\\.(test|fixture)\\.ts$', '^src/cli/'] },
  doNotFollow: { path: 'node_modules' },
  tsPreCompilationDeps: true,
});

const imports = new Map();
for (const { source, dependencies } of output.modules) {
  const from = roomOf(source);
  if (from === undefined) continue;
  const known = imports.get(from) ?? new Set();
  for (const { resolved } of dependencies) {
    const to = roomOf(resolved);
    if (to !== undefined && to !== from) known.add(to);
  }
  imports.set(from, known);
}

const reaches = (from, to, seen = new Set([from])) =>
  [...(imports.get(from) ?? [])].some((next) => {
    if (next === to) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches(next, to, seen);
  });
const needed = (from, to) =>
  ![...imports.get(from)].some((between) => between !== to && reaches(between, to));

const id = (room) => room.replace(/\W/g, '_');
const lines = [...imports.keys()].toSorted().flatMap((from) => [
  `  ${id(from)}["${from}"]`,
  ...[...imports.get(from)]
    .toSorted()
    .filter((to) => needed(from, to))
    .map((to) => `  ${id(from)} --> ${id(to)}`),
]);
process.stdout.write(`flowchart TD\n${lines.join('\n')}\n`);
