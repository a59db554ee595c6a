/** Opens a data folder with a umask that hides nothing, writes, asks for a copy, and prints what lies there how. */
import { lstatSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { openDatabase } from '../open-database.ts';
import { backupSocket, openBackupDoor } from './backup-door.ts';

process.umask(0);
const [dataDir] = process.argv.slice(2) as [string];
const database = await openDatabase({ dataDir, databaseUrl: null, onFault: () => undefined });
await database.query(`CREATE TABLE wide (bytes bytea)`);
await database.query(
  `INSERT INTO wide SELECT decode(repeat('ab', 100000), 'hex') FROM generate_series(1, 20)`,
);
const door = await openBackupDoor(dataDir, database);
const visit = connect(backupSocket(dataDir));
await new Promise((resolve) => visit.once('data', resolve));

const modes: Record<string, number> = {};
const look = (path: string): void => {
  const entry = lstatSync(path);
  const kind = entry.isDirectory() ? 'folder' : 'file';
  const mode = `${kind} ${(entry.mode & 0o777).toString(8)}`;
  modes[mode] = (modes[mode] ?? 0) + 1;
  if (entry.isDirectory()) for (const name of readdirSync(path)) look(join(path, name));
};
look(dataDir);
process.stdout.write(JSON.stringify(modes));
visit.destroy();
await door.close();
await database.close();
