import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProblemError } from '../problems/problem-error.ts';
import type { PageRoute } from './page-route.ts';

const OWN = fileURLToPath(new URL('./assets', import.meta.url));
const SWAGGER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const FILES = {
  'page.css': OWN,
  'page.js': OWN,
  'icon.svg': OWN,
  'docs.js': OWN,
  'docs.css': OWN,
  'swagger-ui-bundle.js': SWAGGER,
  'swagger-ui.css': SWAGGER,
} as const;
export type AssetName = keyof typeof FILES;

const digests = new Map<AssetName, string>();

/** Where an asset is had, in the version that is there: a changed one has another address. */
export function assetUrl(name: AssetName): string {
  const known = digests.get(name);
  const digest =
    known ??
    createHash('sha256')
      .update(readFileSync(join(FILES[name], name)))
      .digest('hex')
      .slice(0, 12);
  digests.set(name, digest);
  return `/page/assets/${name}?v=${digest}`;
}

/** Styles and scripts: the same for everybody. */
export const assetRoute: PageRoute = {
  operationId: 'page.asset',
  method: 'get',
  path: '/page/assets/:name',
  permission: 'none',
  handle(request, response) {
    const { name } = request.params as { readonly name: string };
    if (!isAsset(name)) throw new ProblemError('not-found', 'There is no such file.');
    response.set('Cache-Control', 'public, max-age=31536000, immutable');
    // What is at an address never changes: there is nothing to ask about it.
    const plain = { cacheControl: false, etag: false, lastModified: false, acceptRanges: false };
    response.sendFile(name, { root: FILES[name], ...plain });
  },
};

function isAsset(name: string): name is AssetName {
  return Object.hasOwn(FILES, name);
}
