/**
 * Removes from production packages what no process of the image reads, and prints what went:
 *   node scripts/image/prune-packages.mjs NODE_MODULES [OS/ARCH]
 * OS/ARCH as containers name it, such as linux/arm64; by default this machine's.
 */
import { readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Node's name of a processor by that of containers. */
const ARCHES = { amd64: 'x64', arm64: 'arm64' };

/** The fonts of the summary image (src/sr/picture/fonts.ts). */
const FONTS = new Set(['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']);

/** What the page serves of Swagger UI (src/http/page/assets.ts), and what says so. */
const OF_SWAGGER_UI =
  /^(?:swagger-ui-bundle\.js(?:\.LICENSE\.txt)?|swagger-ui\.css|LICENSE|NOTICE|package\.json)$/;

/** Folders at the root of a package that hold nothing it runs. */
const BESIDE_THE_CODE = new Set([
  '.github',
  'benchmark',
  'benchmarks',
  'docs',
  'example',
  'examples',
  'test',
  'testData',
  'tests',
]);

/** Why a file is not needed; null for one that is. `parts`: its path from the root of its package. */
function whyNot(packageName, parts, platform) {
  const name = parts.at(-1);
  if (packageName === 'onnxruntime-node') {
    if (parts[0] === 'script') return 'installers';
    if (parts[0] === 'bin' && `${parts[2]}/${parts[3]}` !== platform) return 'other platforms';
  }
  if (packageName === 'dejavu-fonts-ttf' && parts[0] === 'ttf' && !FONTS.has(name)) return 'fonts';
  if (packageName === 'dejavu-fonts-ttf' && name === 'status.txt') return 'fonts';
  if (packageName === 'swagger-ui-dist' && !OF_SWAGGER_UI.test(name)) return 'other builds of Swagger UI';
  if (packageName === '@scarf/scarf' && name === 'report.js') return 'installers';
  // Node strips no types below node_modules, so that nothing can run these; licences are in files of other names.
  if (packageName.startsWith('@types/') || /\.[cm]?ts$/.test(name)) return 'types';
  if (name.endsWith('.map')) return 'source maps';
  if (parts.length > 1 && BESIDE_THE_CODE.has(parts[0])) return 'tests, examples, documentation';
  return null;
}

/** Name of the package and the path from its root, of a path below node_modules. */
function placeOf(path) {
  const parts = path.split(sep);
  const from = parts.lastIndexOf('node_modules') + 1;
  const rooted = parts.slice(from);
  const length = rooted[0].startsWith('@') ? 2 : 1;
  return [rooted.slice(0, length).join('/'), rooted.slice(length)];
}

/** @returns bytes and files removed, by reason. */
function prune(root, platform) {
  const removed = new Map();
  const visit = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        visit(path);
        if (readdirSync(join(root, path)).length === 0) rmdirSync(join(root, path));
        continue;
      }
      const [packageName, parts] = placeOf(path);
      const why = parts.length === 0 ? null : whyNot(packageName, parts, platform);
      if (why === null) continue;
      const { files, bytes } = removed.get(why) ?? { files: 0, bytes: 0 };
      removed.set(why, { files: files + 1, bytes: bytes + statSync(join(root, path)).size });
      rmSync(join(root, path));
    }
  };
  visit('');
  return removed;
}

const [folder, wanted] = process.argv.slice(2);
const [os, arch] = (wanted ?? `${process.platform}/${process.arch}`).split('/');
const removed = prune(folder, `${os}/${ARCHES[arch] ?? arch}`);
for (const [why, { files, bytes }] of [...removed].toSorted(([, a], [, b]) => b.bytes - a.bytes)) {
  process.stdout.write(
    `${(bytes / 2 ** 20).toFixed(1).padStart(7)} MiB ${String(files).padStart(5)} files  ${why}\n`,
  );
}
