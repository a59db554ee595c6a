import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../domain/fault.ts';
import { CHAIN_BEGIN, type ChainEnd, hashOf, linkOf, nextLine } from './audit-chain.ts';
import type { AuditMessage } from './audit-entry.ts';

/** The audit log cannot be written, or another process writes it. */
export class AuditLogError extends Fault<'audit-log-unusable'> {
  override readonly name = 'AuditLogError';
}

/** What happened, less what every message of this process has in common. */
export type AuditEvent = Omit<AuditMessage, 'AuditSourceIdentification'> & {
  /** What the contract calls it, and the status of HTTP that answered it; of an operation alone. */
  readonly operation?: string;
  readonly status?: number;
};

export interface AuditLog {
  /** One line, written before this returns. @throws the system's error */
  record(event: AuditEvent): void;
  close(): void;
}

/** Far above the longest line. */
const TAIL_BYTES = 64 * 1024;

/**
 * Lines of their own on standard output: a chain that begins with the process.
 */
export function auditToStandardOutput(): AuditLog {
  return auditLog(
    CHAIN_BEGIN,
    (line) => void process.stdout.write(line),
    () => undefined,
  );
}

/**
 * Lines at the end of a file, which this process alone writes: the chain goes on where the file ends.
 * @throws AuditLogError
 */
export function auditToFile(file: string): AuditLog {
  try {
    const lock = takeLock(file);
    const descriptor = openSync(file, 'a+', 0o600);
    const { end, isWhole } = endOf(descriptor);
    // What was broken off when a disk was full or a machine died stays, as a line of its own.
    if (!isWhole) writeSync(descriptor, '\n');
    return auditLog(
      end,
      (line) => void writeSync(descriptor, line),
      () => {
        closeSync(descriptor);
        lock.close();
      },
    );
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new AuditLogError('audit-log-unusable', `the audit log ${file} cannot be written: ${words}`, {
      cause,
    });
  }
}

function auditLog(begin: ChainEnd, write: (line: string) => void, close: () => void): AuditLog {
  let end = begin;
  const source = {
    AuditSourceIdentification: { AuditSourceID: hostname(), AuditSourceTypeCode: '4' },
  } as const;
  return {
    record(event) {
      const next = nextLine(end, { ...event, ...source });
      write(`${next.line}\n`);
      end = next.end;
    },
    close,
  };
}

/** A record lock of the kernel, which ends with the process (see the lock of the data folder). */
function takeLock(file: string): DatabaseSync {
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    throw new Error('another process writes it', { cause });
  }
}

function endOf(descriptor: number): { readonly end: ChainEnd; readonly isWhole: boolean } {
  const { size } = fstatSync(descriptor);
  const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
  readSync(descriptor, tail, 0, tail.length, size - tail.length);
  const text = tail.toString('utf8');
  for (const line of text.split('\n').reverse()) {
    const link = linkOf(line);
    if (link !== null) return { end: { sequence: link.sequence, hash: hashOf(line) }, isWhole: ends(text) };
  }
  return { end: CHAIN_BEGIN, isWhole: ends(text) };
}

const ends = (text: string): boolean => text === '' || text.endsWith('\n');
