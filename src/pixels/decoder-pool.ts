import { availableParallelism } from 'node:os';
import { ImagingError } from '../dicom/imaging-error.ts';
import { transferSyntaxName } from '../dicom/part10/transfer-syntax.ts';
import { type Conversation, startConversation } from '../process/conversation.ts';
import { inTime, TOO_LATE } from '../process/in-time.ts';
import type { DecoderAnswer } from './decoder-worker.ts';
import type { DecodeFrame, EncodedFrame } from './encoded-frame.ts';

/**
 * Decodes frames on threads, one frame a thread at a time. Uncompressed ones too: the way to a thread and back takes
 * less of the event loop's thread than turning their pixels into Float32 (docs/performance.md).
 */
export interface DecoderPool {
  /**
   * Has the frame decoded on the next free thread: a copy of it, or the frame itself where its memory is spare.
   * @throws ImagingError when the frame cannot be decoded, its decoder takes longer than the limit, or dies of it.
   */
  readonly decode: DecodeFrame;
  /** Ends the threads at once; what they were asked rejects. */
  close(): Promise<void>;
}

export interface DecoderPoolOptions {
  /** By default one a core. */
  readonly threads?: number;
  /** For one frame. */
  readonly frameTimeoutMs?: number;
  /** What the threads run; for tests. */
  readonly script?: URL;
}

type Thread = Conversation<EncodedFrame, DecoderAnswer, null>;

interface Job {
  readonly frame: EncodedFrame;
  readonly result: PromiseWithResolvers<Float32Array>;
}

/** Ten times what the slowest decoder needs for the largest matrix. */
export const FRAME_TIMEOUT_MS = 30_000;

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
      const fate = cause === TOO_LATE ? `took longer than the limit of ${frameTimeoutMs} ms` : 'failed';
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
  return {
    async decode(frame) {
      if (closed) throw poolClosed();
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

/** Gives the frame's memory away where it is spare; else copies just the frame, not all that lies beside it. */
function ask(thread: Thread, frame: EncodedFrame): Promise<DecoderAnswer> {
  const fragments = frame.memoryIsSpare
    ? frame.fragments
    : frame.fragments.map((fragment) => new Uint8Array(fragment));
  const memory = fragments.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
  return thread.ask({ ...frame, fragments }, [...new Set(memory)]);
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
