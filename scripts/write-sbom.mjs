/**
 * Writes the CycloneDX list of what the service is made of, on any platform: node scripts/write-sbom.mjs FILE
 * npm makes the list, of a copy of the lock file without development dependencies: told to leave them out itself
 * (--omit dev) it leaves out, too, whatever they share with the service.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const read = (file) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
const { devDependencies: _own, ...project } = read('package.json');
const lock = read('package-lock.json');
const [[, { devDependencies: _locked, ...root }], ...others] = Object.entries(lock.packages);
const packages = Object.fromEntries([['', root], ...others.filter(([, { dev }]) => !dev)]);

const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
try {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
  const list = execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const listed = new Set(
    JSON.parse(list).components.map(
      ({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`,
    ),
  );
  const missing = others
    .filter(([, { dev }]) => !dev)
    .map(([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`)
    .filter((each) => !listed.has(each));
  if (missing.length > 0) throw new Error(`npm leaves out ${missing.join(', ')}`);
  writeFileSync(process.argv[2], list);
  process.stdout.write(`${listed.size} packages\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
