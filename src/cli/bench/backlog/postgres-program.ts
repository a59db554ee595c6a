import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { processEnvironment } from '../../../config/environment.ts';

/** Debian keeps PostgreSQL's own programs outside the path. @throws Error where there is none of that name. */
export function postgresProgram(name: string): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(processEnvironment()['PATH'] ?? '').split(delimiter),
  ];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is missing: install the Debian package postgresql`);
  return found;
}
