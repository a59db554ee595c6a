import type { ApiKey } from '../../http/guard/api-key.ts';

/** Keys for people, a line each. */
export function keyTable(keys: readonly ApiKey[], now: Date): string {
  const rows = keys.map((key) => [
    key.id,
    key.name,
    key.scopes.join(','),
    day(key.createdAt),
    key.expiresAt === null ? 'never' : day(key.expiresAt),
    stateOf(key, now),
  ]);
  const table = [['id', 'name', 'scopes', 'made', 'expires', 'state'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ');
  return `${table.map((row) => line(row).trimEnd()).join('\n')}\n`;
}

const day = (time: Date): string => time.toISOString().slice(0, 10);

function stateOf({ revokedAt, expiresAt }: ApiKey, now: Date): string {
  if (revokedAt !== null) return `revoked ${day(revokedAt)}`;
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'valid';
}
