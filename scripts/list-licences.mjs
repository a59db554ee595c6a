/**
 * Lists the licence of every package that the service is installed with; docs/licences.md holds the list.
 *   node scripts/list-licences.mjs [ALLOWED]
 * Ends with 1 and names each package whose licence scripts/allowed-licences.json, or another such file, does not allow.
 */
import { existsSync, readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

const { packages } = readJson(new URL('package-lock.json', root));
const allowed = readJson(process.argv[2] ?? new URL('scripts/allowed-licences.json', root));

/** By the installed package, so that the lock file need not be believed; by the lock where it is for another platform. */
function licenceOf(path, name, { version, license }) {
  const stated = allowed.packages[`${name}@${version}`];
  if (stated !== undefined) return stated.licence;
  const manifest = new URL(`${path}/package.json`, root);
  if (!existsSync(manifest)) return license ?? 'none';
  const installed = readJson(manifest).license;
  return typeof installed === 'string' ? installed : 'none';
}

/** SPDX expressions of one operator: of a choice one must be allowed, of a sum all. */
function isAllowed(licence) {
  const names = licence.replaceAll(/[()]/g, '').split(/ (?:AND|OR) /);
  const fits = (each) => Object.hasOwn(allowed.licences, each);
  if (/ AND /.test(licence) && / OR /.test(licence)) return false;
  return / OR /.test(licence) ? names.some(fits) : names.every(fits);
}

const used = Object.entries(packages)
  .filter(([path, { dev }]) => path !== '' && !dev)
  .map(([path, entry]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return { name, version: entry.version, licence: licenceOf(path, name, entry) };
  });
const listed = new Map(used.map((each) => [`${each.name}@${each.version}`, each]));
const rows = [...listed.values()].toSorted((a, b) =>
  `${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1,
);

const counts = Map.groupBy(rows, ({ licence }) => licence);
process.stdout.write(`# Licences

Of every package that the service is installed with, on any platform. Made by \`npm run -s licences > docs/licences.md\`;
a test holds it against what is locked and installed. Which licences are allowed, and why:
[\`scripts/allowed-licences.json\`](../scripts/allowed-licences.json). Beside these the image holds Node (MIT, with the
licences of what it is built of), the GNU C library (LGPL-2.1-or-later) and GCC's runtime libraries (GPL-3.0 with the
runtime library exception), unchanged; the one with CUDA holds NVIDIA's libraries, which are not free software.

| licence | packages |
| --- | --- |
${[...counts]
  .toSorted((a, b) => b[1].length - a[1].length)
  .map(([licence, all]) => `| ${licence} | ${all.length} |`)
  .join('\n')}

| package | version | licence |
| --- | --- | --- |
${rows.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`).join('\n')}
`);

const refused = rows.filter(({ licence }) => !isAllowed(licence));
for (const { name, version, licence } of refused) {
  process.stderr.write(`${name}@${version}: the licence ${licence} is not allowed\n`);
}
process.exitCode = refused.length === 0 ? 0 : 1;
