import { readFileSync } from 'node:fs';
import { MisuseError, parseOptions, tellFault } from '../options/option-values.ts';
import { comparisonInWords } from './comparison-in-words.ts';
import { readComparison, ShadowSourceError } from './read-comparison.ts';

const USAGE = `usage: npm run -s cli -- shadow [--since WHEN] [--url URL] [--key-file FILE] [--json]

How the shadow pack (SHADOW_PACK) compares with the pack that reports, by condition and level. Agreement is not accuracy.
--since WHEN  studies compared since: 2026-11-01, 2026-11-01T08:00Z, 7d or 12h (default 30d)
--url URL     of a service of role all or api. Without it the PostgreSQL of DATABASE_URL is read; where there is none,
              the service at HOST:PORT is asked, as it alone can read its embedded database (settings of .env or the
              environment)
--key-file    holds a key of scope read, where the service asks for one
--json        the figures for programs, as GET /shadow answers them
`;

const HOUR_MS = 3_600_000;

/** `cli shadow`: exit code 0, 1 when nothing answers, 2 on misuse. */
export async function shadowCommand(args: string[]): Promise<number> {
  try {
    const options = {
      since: { type: 'string', default: '30d' },
      url: { type: 'string' },
      'key-file': { type: 'string' },
      json: { type: 'boolean', default: false },
    } as const;
    const { since, url, json, 'key-file': keyFile } = parseOptions({ args, options }).values;
    const key = keyFile === undefined ? null : readFileSync(keyFile, 'utf8').trim();
    const comparison = await readComparison(sinceWhen(since), url ?? null, key);
    process.stdout.write(json ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonInWords(comparison));
    return 0;
  } catch (fault) {
    return tellFault('shadow', USAGE, fault, ShadowSourceError);
  }
}

function sinceWhen(text: string): Date {
  const [, count, unit] = /^(\d{1,6})([dh])$/.exec(text) ?? [];
  const at =
    count === undefined
      ? new Date(/^\d{4}-\d\d-\d\d/.test(text) ? text : Number.NaN)
      : new Date(Date.now() - Number(count) * HOUR_MS * (unit === 'd' ? 24 : 1));
  if (Number.isNaN(at.getTime()))
    throw new MisuseError(`--since: ${text} is neither a time nor a span of time`);
  return at;
}
