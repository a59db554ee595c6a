import { ArchiveError } from '../../dicomweb/archive.ts';
import type { ArchiveHttp, ArchiveRoot } from '../../dicomweb/archive-request.ts';
import { readBody } from './read-body.ts';

/** Stands for the archive's root in the addresses that dicomweb-client makes. */
export const ROOT = 'archive:';
/** Of each transaction, which may have a root of its own. */
export const PREFIXES = { qidoURLPrefix: 'qido', wadoURLPrefix: 'wado', stowURLPrefix: 'stow' } as const;
const ADDRESS = new RegExp(`^${ROOT}/(qido|wado|stow)(/.*)$`);

/**
 * As much of XMLHttpRequest as dicomweb-client needs, over the connection that the settings say: its credentials, its
 * certificates. What is independent of ours is the reading of what comes.
 */
export class ArchiveRequestForViewers {
  responseType = '';
  readyState = 0;
  status = 0;
  response: unknown = null;
  onreadystatechange: () => void = () => undefined;
  readonly #http: ArchiveHttp;
  readonly #signal: AbortSignal;
  readonly #headers = new Headers();
  readonly #stop = Promise.withResolvers<never>();
  /** Rejects with what the client throws at an answer that it cannot read: it would wait for ever, as in a browser. */
  readonly stopped = this.#stop.promise;
  #root: ArchiveRoot = 'qido';
  #path = '';
  #answered: Readonly<Record<string, string | string[] | undefined>> = {};

  constructor(http: ArchiveHttp, signal: AbortSignal) {
    this.#http = http;
    this.#signal = signal;
    this.stopped.catch(() => undefined);
  }

  open(_method: string, url: string): void {
    const [, root, path] = ADDRESS.exec(url) ?? [];
    if (path === undefined) throw new TypeError('an address beside the roots of the archive');
    this.#root = root as ArchiveRoot;
    this.#path = path;
  }
  setRequestHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }
  getResponseHeader(name: string): string | null {
    return this.#answered[name.toLowerCase()]?.toString() ?? null;
  }
  getAllResponseHeaders(): string {
    return Object.entries(this.#answered)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
  }
  send(): void {
    this.#answer().catch((fault: unknown) => this.#stop.reject(fault));
  }
  async #answer(): Promise<void> {
    // A fault leaves status 0, as in a browser.
    await this.#ask().catch((fault: unknown) => {
      if (!(fault instanceof ArchiveError) && !this.#signal.aborted) throw fault;
      this.status = 0;
    });
    this.readyState = 4;
    this.onreadystatechange();
  }
  async #ask(): Promise<void> {
    const answer = await this.#http.stream({
      call: 'examine',
      root: this.#root,
      path: this.#path,
      accept: this.#headers.get('accept') ?? '*/*',
      statuses: 'any',
      signal: this.#signal,
    });
    const bytes = await readBody(answer, this.#signal);
    this.#answered = answer.headers;
    this.response = this.responseType === 'json' ? parsed(bytes) : bytes.buffer;
    this.status = answer.statusCode;
  }
}

/** Null where it is no JSON, as a browser has it. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
