import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The npm package's own archive and its hash, as a lock file would have them. Installed as a dependency it would
 * bring some hundred packages it was built from; the built files need none of them.
 */
const VERSION = '3.13.2';
const SHA512 = 'WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==';

/**
 * The folder of OHIF's built files; fetched with npm (50 MB) the first time, then kept in the user's cache.
 * @throws Error when npm cannot fetch it or its bytes are others than those pinned here.
 */
export async function ohifDist(): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'spinegrade');
  const kept = join(cache, `ohif-${VERSION}`);
  const dist = join(kept, 'package', 'dist');
  if (await stat(dist).catch(() => null)) return dist;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'fetching-'));
  try {
    const run = promisify(execFile);
    const args = ['pack', `@ohif/app@${VERSION}`, '--pack-destination', folder, '--loglevel=error'];
    const { stdout } = await run('npm', args);
    const archive = join(folder, stdout.trim().split('\n').at(-1)!);
    const hash = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (hash !== SHA512) throw new Error(`@ohif/app@${VERSION} is not the package that was pinned`);
    await run('tar', ['-xzf', archive, '--exclude=*.map', '-C', folder]);
    await rm(archive);
    await rename(folder, kept);
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    throw cause;
  }
  return dist;
}
