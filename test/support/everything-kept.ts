import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { Database } from '../../src/database/sql.ts';

/** How packed bytes begin (RFC 8878, 3.1.1). */
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Something written, and where it stands. */
export interface Written {
  readonly where: string;
  readonly text: string;
}

/** Every value of every row of every table, whichever schema, one a `table.column`; bytes as Latin-1, unpacked. */
export async function everyValue(database: Database): Promise<readonly Written[]> {
  const { rows: tables } = await database.query<{ schema: string; name: string }>(
    `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const written: Written[] = [];
  for (const { schema, name } of tables) {
    const { rows } = await database.query(`SELECT * FROM "${schema}"."${name}"`);
    for (const row of rows) {
      for (const [column, value] of Object.entries(row)) {
        if (value !== null) written.push({ where: `${schema}.${name}.${column}`, text: asText(value) });
      }
    }
  }
  return written;
}

/** Every file below the folder. */
export function everyFile(folder: string): readonly Written[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { where: relative(folder, path), text: asText(readFileSync(path)) };
    });
}

/** Characters of strings as UTF-8 has them, byte for byte, so that one search finds them anywhere. */
export function asText(value: unknown): string {
  if (value instanceof Uint8Array) {
    const bytes = ZSTD.equals(value.subarray(0, 4)) ? zstdDecompressSync(value) : Buffer.from(value);
    return bytes.toString('latin1');
  }
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return Buffer.from(text).toString('latin1');
}

/** Places at which one of the words stands, in whatever case, once each. */
export function placesOf(words: readonly string[], written: readonly Written[]): readonly string[] {
  const sought = words.map((word) => asText(word).toLowerCase());
  const found = written.flatMap(({ where, text }) => {
    const lower = text.toLowerCase();
    return sought.filter((word) => lower.includes(word)).map((word) => `${where}: ${context(lower, word)}`);
  });
  return [...new Set(found)].sort();
}

function context(text: string, word: string): string {
  const at = text.indexOf(word);
  return text.slice(Math.max(0, at - 30), at + word.length + 30).replaceAll(/[^ -~]/g, '.');
}
