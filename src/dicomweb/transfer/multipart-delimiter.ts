import type { ByteWindow } from './byte-window.ts';

/** The delimiter line of a body (RFC 2046 5.1.1), with the line end before it that is part of it. */
export interface Delimiter {
  readonly bytes: Buffer;
  /** Lines end in LF alone, against RFC 2046 4.1.1. */
  readonly bareLf: boolean;
}

const MAX_PADDING = 16 * 1024;
const [CR, LF, SPACE, TAB, HYPHEN] = [13, 10, 32, 9, 45];

/**
 * Consumes all before the first delimiter line and the line itself (but for the line end after its padding when a part
 * follows, which is consumed too). How it ends tells how all lines do. Null when there is none.
 */
export async function firstDelimiter(
  window: ByteWindow,
  boundary: string,
): Promise<{ readonly delimiter: Delimiter; readonly end: 'part' | 'close' } | null> {
  // Some give as the boundary what already has the two hyphens before it.
  const texts = boundary.startsWith('--') ? [`--${boundary}`, boundary] : [`--${boundary}`];
  const lines = texts.map((text) => Buffer.from(`\n${text}`, 'latin1'));
  const longest = Math.max(...lines.map((line) => line.length));
  for (;;) {
    const found = lines
      .map((line) => ({ line, at: window.bytes.indexOf(line) }))
      .filter(({ at }) => at >= 0)
      .sort((one, other) => one.at - other.at)[0];
    if (found === undefined) {
      window.drop(Math.max(0, window.bytes.length - (longest - 1)));
      if (!(await window.more())) return null;
      continue;
    }
    window.drop(found.at);
    const kind = await delimiterKind(window, found.line.length, 'either');
    if (kind === 'ended') return null;
    if (kind === 'data') {
      window.drop(found.line.length);
      continue;
    }
    const bareLf = kind === 'part-after-lf';
    const bytes = bareLf ? found.line : Buffer.concat([Buffer.of(CR), found.line]);
    return { delimiter: { bytes, bareLf }, end: kind === 'close' ? 'close' : 'part' };
  }
}

/** Consumes up to and including the next delimiter line; what precedes it goes to `take`. 'ended': there is none. */
export async function readToDelimiter(
  window: ByteWindow,
  delimiter: Delimiter,
  take: (bytes: Buffer) => void,
): Promise<'part' | 'close' | 'ended'> {
  const { bytes: line } = delimiter;
  const consume = (count: number) => {
    if (count > 0) take(window.bytes.subarray(0, count));
    window.drop(count);
  };
  for (;;) {
    const at = window.bytes.indexOf(line);
    if (at < 0) {
      consume(Math.max(0, window.bytes.length - (line.length - 1)));
      if (await window.more()) continue;
      consume(window.bytes.length);
      return 'ended';
    }
    consume(at);
    const kind = await delimiterKind(window, line.length, delimiter.bareLf ? 'lf' : 'crlf');
    if (kind === 'ended') {
      window.drop(window.bytes.length);
      return 'ended';
    }
    if (kind === 'data') consume(line.length);
    else return kind === 'close' ? 'close' : 'part';
  }
}

/** Consumes the delimiter line when it stands right here; consumes nothing when it is 'elsewhere'. */
export async function readDelimiterHere(
  window: ByteWindow,
  delimiter: Delimiter,
): Promise<'part' | 'close' | 'ended' | 'elsewhere'> {
  const { bytes: line } = delimiter;
  while (window.bytes.length < line.length) {
    if (!(await window.more())) return isLineEnd(window.bytes, line) ? 'ended' : 'elsewhere';
  }
  if (!window.bytes.subarray(0, line.length).equals(line)) return 'elsewhere';
  const kind = await delimiterKind(window, line.length, delimiter.bareLf ? 'lf' : 'crlf');
  if (kind === 'data') return 'elsewhere';
  return kind === 'part-after-lf' ? 'part' : kind;
}

/** Whether what is left of the body is as much of a delimiter line as there is. */
function isLineEnd(rest: Buffer, line: Buffer): boolean {
  return rest.equals(line.subarray(0, rest.length)) || rest.every((byte) => byte === CR || byte === LF);
}

/** What the line that starts with the delimiter is; consumes it, its line end too, unless it is data. */
async function delimiterKind(
  window: ByteWindow,
  length: number,
  lineEnd: 'lf' | 'crlf' | 'either',
): Promise<'part' | 'part-after-lf' | 'close' | 'data' | 'ended'> {
  for (let at = length; ; at += 1) {
    const byteAt = async (index: number) => {
      while (index >= window.bytes.length) if (!(await window.more())) return null;
      return window.bytes[index]!;
    };
    const first = await byteAt(at);
    if (first === null) return 'ended';
    if (first === LF && lineEnd !== 'crlf') {
      window.drop(at + 1);
      return 'part-after-lf';
    }
    const padding = first === SPACE || first === TAB;
    if (padding && at - length <= MAX_PADDING) continue;
    if (first !== CR && first !== HYPHEN) return 'data';
    const second = await byteAt(at + 1);
    if (second === null) return 'ended';
    if (at === length && first === HYPHEN && second === HYPHEN) {
      window.drop(at + 2);
      return 'close';
    }
    if (first === CR && second === LF && lineEnd !== 'lf') {
      window.drop(at + 2);
      return 'part';
    }
    return 'data';
  }
}
