import { userInfo } from 'node:os';
import { Fault } from '../../domain/fault.ts';
import { parseScopes } from '../../domain/scope.ts';
import { ApiKeyError, isKeyName } from '../../http/guard/api-key.ts';
import { MisuseError, parseOptions, tellFault } from '../options/option-values.ts';
import { withKeyOffice } from './key-office.ts';
import { keyTable } from './key-table.ts';

const USAGE = `usage: npm run -s cli -- keys create --name NAME --scopes SCOPES [--expires WHEN]
       npm run -s cli -- keys list [--json]
       npm run -s cli -- keys revoke NAME|ID

API keys, in the database that DATABASE_URL or DATA_DIR names (.env or the environment), whether the service runs or not. A
key is shown once, on standard output: what is kept of it is a hash. Services know of changes within two seconds.
--name NAME       for whom: letters, digits and . _ @ -, 64 at most
--scopes SCOPES   of read (results, metrics), analyze (asking for analyses), admin (steering), separated by commas
--expires WHEN    90d, 2027-01-31 or never (default 365d)

Exit code 0: done. 1: not, and why. 2: misuse.
`;

const DAY_MS = 86_400_000;

/** `keys create|list|revoke`. */
export async function keysCommand([action, ...args]: string[]): Promise<number> {
  try {
    if (action === 'create') await create(args);
    else if (action === 'list') await list(args);
    else if (action === 'revoke') await revoke(args);
    else throw new MisuseError('create, list or revoke');
    return 0;
  } catch (fault) {
    return tellFault('keys', USAGE, fault, ApiKeyError, Fault);
  }
}

async function create(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { name: text, scopes: text, expires: { ...text, default: '365d' } };
  const { name = '', scopes: wanted = '', expires } = parseOptions({ args, options }).values;
  if (!isKeyName(name)) throw new MisuseError('--name: letters, digits and . _ @ -, 64 at most');
  const scopes = parseScopes(wanted);
  if (scopes === null) throw new MisuseError('--scopes must be some of read, analyze, admin');
  const wantedKey = { name, scopes, expiresAt: expiry(expires) };
  const { key, token } = await withKeyOffice((office) => office.create(wantedKey, whoAsks()));
  process.stderr.write(`key ${key.id} for ${name}, ${scopes.join(',')}; it is not shown again:\n`);
  process.stdout.write(`${token}\n`);
}

async function list(args: string[]): Promise<void> {
  const options = { json: { type: 'boolean', default: false } } as const;
  const { json } = parseOptions({ args, options }).values;
  const keys = await withKeyOffice((office) => office.list());
  process.stdout.write(json ? `${JSON.stringify(keys, null, 2)}\n` : keyTable(keys, new Date()));
}

async function revoke(args: string[]): Promise<void> {
  const [which, ...more] = parseOptions({ args, allowPositionals: true }).positionals;
  if (which === undefined || more.length > 0) throw new MisuseError('revoke: the name or id of one key');
  const { id, name } = await withKeyOffice((office) => office.revoke(which, whoAsks()));
  process.stderr.write(`key ${id} for ${name} is revoked\n`);
}

function expiry(text: string): Date | null {
  if (text === 'never') return null;
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text) : new Date(Number.NaN);
  const at = days === undefined ? day : new Date(Date.now() + Number(days) * DAY_MS);
  if (!(at.getTime() > Date.now())) {
    throw new MisuseError(`--expires: ${text} is neither never, nor a number of days, nor a day to come`);
  }
  return at;
}

/** The user of the system: all that is known of who sits at a command line. */
function whoAsks(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without a name, as in the image.
    return `uid ${process.getuid?.() ?? ''}`;
  }
}
