// Ends with 0 when every package that the service needs is installed in its locked version, with 1 when one is not.
// Plain CommonJS: it is run before the version of Node is known to do.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

/** Paths such as node_modules/express; the empty one is the project itself. */
function isInstalled([path, { version }]) {
  try {
    return JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')).version === version;
  } catch {
    return false;
  }
}

const needed = Object.entries(packages).filter(
  ([path, { dev, devOptional, optional }]) => path !== '' && !dev && !devOptional && !optional,
);
process.exitCode = needed.every(isInstalled) ? 0 : 1;
