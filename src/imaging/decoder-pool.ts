import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Conversation, startConversation } from '../threads/conversation.ts';
import { decodeFrame } from './decode-frame.ts';
import type { DecoderAnswer } from './decoder-worker.ts';
import type { EncodedFrame } from './encoded-frame.ts';
import { ImagingError } from './imaging-error.ts';
import type { DecodeFrame } from './slice-from-instance.ts';
import { isEncapsulated, transferSyntaxName } from './transfer-syntax.ts';

/** Decodes frames, the compressed ones on threads, one frame a thread at a time. */
export interface DecoderPool {
  /**
   * Has a copy of the frame decoded on the next free thread. Uncompressed frames of ordinary size take less time than
   * the way to a thread and back; they are decoded here, one a turn of the event loop.
   * @throws ImagingError when the frame cannot be decoded, its decoder takes longer than the limit, or dies of it.
   */
  readonly decode: DecodeFrame;
  /** Ends the threads at once; what they were asked rejects. */
  close(): Promise<void>;
}

export interface DecoderPoolOptions {
  /** By default one a core. */
  readonly threads?: number;
  /** For one frame; the default is ten times what the slowest decoder needs for the largest matrix. */
  readonly frameTimeoutMs?: number;
  /** What the threads run; for tests. */
  readonly script?: URL;
}

type Thread = Conversation<EncodedFrame, DecoderAnswer, null>;

interface Job {
  readonly frame: EncodedFrame;
  readonly result: PromiseWithResolvers<Float32Array>;
}

const FRAME_TIMEOUT_MS = 30_000;
/** Some 2 ms of arithmetic. */
const MAX_PIXELS_HERE = 1024 * 1024;

/** Threads start when first needed and stay. One whose frame takes too long is ended, and replaced when needed. */
export function startDecoderPool(options: DecoderPoolOptions = {}): DecoderPool {
  const { threads = availableParallelism(), frameTimeoutMs = FRAME_TIMEOUT_MS } = options;
  const script = options.script ?? new URL('./decoder-worker.ts', import.meta.url);
  const idle: Thread[] = [];
  const alive = new Set<Thread>();
  const queue: Job[] = [];
  let busy = 0;
  let closed = false;

  const serve = async ({ frame, result }: Job): Promise<void> => {
    const thread: Thread = idle.pop() ?? (await startConversation(script, 'decoder', null));
    alive.add(thread);
    try {
      // It may have been closed while the thread started.
      if (closed) throw poolClosed();
      const answer = await inTime(ask(thread, frame), frameTimeoutMs);
      idle.push(thread);
      if ('values' in answer) result.resolve(answer.values);
      else result.reject(imagingError(frame, answer.problem, answer.tag));
    } catch (cause) {
      alive.delete(thread);
      await thread.terminate();
      const name = transferSyntaxName(frame.transferSyntaxUid);
      const fate = cause === TOO_LATE ? `took longer than ${frameTimeoutMs} ms` : 'failed';
      result.reject(closed ? poolClosed() : imagingError(frame, `its ${name} decoder ${fate} and was ended`));
    }
  };
  const next = (): void => {
    while (busy < threads && queue.length > 0) {
      const job = queue.shift()!;
      busy++;
      void serve(job)
        .catch((cause) => job.result.reject(cause))
        .finally(() => {
          busy--;
          next();
        });
    }
  };
  let here: Promise<unknown> = Promise.resolve();
  const decodeHere = (frame: EncodedFrame): Promise<Float32Array> => {
    const decoded = here.then(nextTurn).then(() => decodeFrame(frame));
    here = decoded.catch(() => undefined);
    return decoded;
  };
  return {
    async decode(frame) {
      if (closed) throw poolClosed();
      if (isQuick(frame)) return decodeHere(frame);
      const result = Promise.withResolvers<Float32Array>();
      queue.push({ frame, result });
      next();
      return result.promise;
    },
    async close() {
      closed = true;
      for (const { result } of queue.splice(0)) result.reject(poolClosed());
      await Promise.all(Array.from(alive, (thread) => thread.terminate()));
    },
  };
}

function isQuick({ coding, rows, columns }: EncodedFrame): boolean {
  return !isEncapsulated(coding) && rows * columns <= MAX_PIXELS_HERE;
}

/** Copies just the frame, not all that lies in memory beside it, and gives the copy away. */
function ask(thread: Thread, frame: EncodedFrame): Promise<DecoderAnswer> {
  const fragments = frame.fragments.map((fragment) => new Uint8Array(fragment));
  return thread.ask(
    { ...frame, fragments },
    fragments.map(({ buffer }) => buffer),
  );
}

const TOO_LATE = Symbol('too late');

async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(TOO_LATE), ms);
  try {
    return await Promise.race([work, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function imagingError(
  { sopInstanceUid }: EncodedFrame,
  problem: string,
  tag: string | null = '(7FE0,0010)',
): ImagingError {
  return new ImagingError(problem, { sopInstanceUid, tag });
}

function poolClosed(): Error {
  return new Error('the decoder pool is closed');
}
