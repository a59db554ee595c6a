import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { verifyAuditLog } from '../../audit/verify-audit-log.ts';
import { MisuseError, parseOptions, tellFault } from '../options/option-values.ts';

const USAGE = `usage: npm run -s cli -- audit verify FILE [--after HASH] [--expect HASH] [--restarts]

Follows the chain of an audit log (AUDIT_LOG): each line carries the SHA-256 of the line before. What was changed, taken
out, put in or moved is named by its line. Whoever can write the file can write it anew as a whole, or cut its end off: keep
the last hash, which is printed, where they cannot, and ask for it later.
--after HASH   the hash in which the file before this one ended
--expect HASH  a hash that was kept: its entry has to be there
--restarts     chains may begin anew, as on standard output with every start; lines beside them are passed over
FILE - is standard input.

Exit code 0: the chain is whole. 1: it is not. 2: misuse.
`;

/** `audit verify FILE`. */
export async function auditCommand([action, ...args]: string[]): Promise<number> {
  try {
    if (action !== 'verify') throw new MisuseError('verify is all that can be done');
    const text = { type: 'string' } as const;
    const options = { after: text, expect: text, restarts: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseOptions({ args, options, allowPositionals: true });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new MisuseError('verify: one file');
    return await verify(file, { after: values.after, expected: values.expect, restarts: values.restarts });
  } catch (fault) {
    return tellFault('audit', USAGE, fault);
  }
}

async function verify(file: string, expectation: Parameters<typeof verifyAuditLog>[1]): Promise<number> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const verdict = await verifyAuditLog(
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }),
    expectation,
  );
  const { entries, firstSequence, end, otherLines, faults } = verdict;
  for (const { line, words } of faults) process.stdout.write(`line ${line}: ${words}\n`);
  const others = otherLines === 0 ? '' : `, ${otherLines} other lines`;
  const range = end === null ? 'no entry' : `${entries} entries, ${firstSequence} to ${end.sequence}`;
  const state = faults.length === 0 ? 'whole' : 'broken';
  process.stdout.write(`${range}${others}: the chain is ${state}\n`);
  if (end !== null) process.stdout.write(`last hash ${end.hash}\n`);
  return faults.length === 0 && entries > 0 ? 0 : 1;
}
