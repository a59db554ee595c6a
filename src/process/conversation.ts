import { once } from 'node:events';
import { parentPort, Worker } from 'node:worker_threads';

type ToThread<Question> = { readonly id: number; readonly question: Question } | 'close';

type FromThread<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly fault: ToldFault };

interface ToldFault {
  readonly message: string;
  readonly code: string | null;
  /** The thread can answer nothing more. */
  readonly last: boolean;
}

/** The id of what the thread says unasked, once it is ready. */
const GREETING = 0;

/** A worker thread that answers questions one after another, in the order they are asked. */
export interface Conversation<Question, Answer, Greeting> {
  /** What the thread said when it was ready. */
  readonly greeting: Greeting;
  /** True once the thread has ended, however that came about. */
  readonly ended: boolean;
  /**
   * Sends a copy of the question, but for the memory that is given away with it.
   * @throws Error with the thread's own message (and `code` where it gave one); Error once the thread has ended, with
   *   its last fault as cause.
   */
  ask(question: Question, moved?: readonly ArrayBuffer[]): Promise<Answer>;
  /** Lets the thread finish what it was asked and end. */
  close(): Promise<void>;
  /** Ends the thread now; what it was asked rejects. */
  terminate(): Promise<void>;
}

/** The threads of all conversations of the process: its end may have to be theirs. */
const threads = new Set<Worker>();

/** Ends every thread; resolves when they have ended, which one within a compiled library's call does not. */
export async function terminateThreads(): Promise<void> {
  await Promise.all(Array.from(threads, (thread) => thread.terminate()));
}

/**
 * Starts the module `script` on a thread of its own; the module calls `answerQuestions`.
 * @param about who it is in messages: "network localiser.onnx".
 * @param readyWithinMs after which a thread that did not greet is ended; by default it is waited for.
 * @throws the thread's error when it dies before it is ready.
 */
export async function startConversation<Question, Answer, Greeting>(
  script: URL,
  about: string,
  workerData: unknown,
  readyWithinMs: number | null = null,
): Promise<Conversation<Question, Answer, Greeting>> {
  const worker = new Worker(script, { name: about, workerData });
  threads.add(worker);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let ended: Error | null = null;
  const end = (cause?: Error) => {
    // A fault of a compiled library's file system may have no message.
    const reason = cause?.message ? `: ${cause.message}` : '';
    ended ??= new Error(`${about}: its thread has ended${reason}`, { cause });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  const expect = <T>(id: number): Promise<T> => {
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    return answer.promise as Promise<T>;
  };
  worker.on('error', (error: Error) => end(error));
  worker.on('exit', () => {
    threads.delete(worker);
    end();
  });
  worker.on('message', (said: FromThread<unknown>) => {
    const asked = waiting.get(said.id);
    waiting.delete(said.id);
    if ('answer' in said) return asked?.resolve(said.answer);
    const fault = Object.assign(new Error(said.fault.message), { code: said.fault.code });
    // Known to be the end before the one who asked hears of it: they may ask again at once.
    if (said.fault.last) end(fault);
    asked?.reject(ended ?? fault);
  });
  const slow = readyWithinMs === null ? undefined : setTimeout(() => void worker.terminate(), readyWithinMs);
  const greeting = await expect<Greeting>(GREETING).finally(() => clearTimeout(slow));
  const send = (message: ToThread<Question>, moved: readonly ArrayBuffer[] = []) =>
    worker.postMessage(message, moved);
  let asked = GREETING;
  return {
    greeting,
    get ended() {
      return ended !== null;
    },
    async ask(question, moved) {
      if (ended !== null) throw ended;
      const id = ++asked;
      send({ id, question }, moved);
      return expect<Answer>(id);
    },
    async close() {
      if (ended !== null) return;
      const exited = once(worker, 'exit');
      send('close');
      await exited;
    },
    async terminate() {
      await worker.terminate();
    },
  };
}

/** What a thread does in a conversation. */
export interface Answering<Question, Answer> {
  answer(question: Question): Promise<Answer>;
  /** Memory that is given away with the answer instead of copied. */
  moved?(answer: Answer): ArrayBuffer[];
  /** Whether the thread can answer nothing more after this fault: it is told so, serves nothing more, and ends. */
  isLast?(fault: unknown): boolean;
  close(): Promise<void>;
}

/** The thread's side: greets, then answers until it is told to close. Of a fault only message and code are told. */
export function answerQuestions<Question, Answer>(
  greeting: unknown,
  { answer, moved, isLast, close }: Answering<Question, Answer>,
): void {
  const port = parentPort!;
  const say = (said: FromThread<unknown>, memory: ArrayBuffer[] = []) => port.postMessage(said, memory);
  const serve = async (message: ToThread<Question>) => {
    // What was sent before the end was known of: who asked is told by it.
    if (over) return;
    if (message === 'close') {
      await close();
      return port.close();
    }
    const { id, question } = message;
    try {
      const given = await answer(question);
      say({ id, answer: given }, moved?.(given));
    } catch (error) {
      const { message: text, code } = error as Error & { readonly code?: unknown };
      over = isLast?.(error) ?? false;
      say({ id, fault: { message: text, code: typeof code === 'string' ? code : null, last: over } });
      if (over) port.close();
    }
  };
  let over = false;
  let last: Promise<void> = Promise.resolve();
  port.on('message', (message: ToThread<Question>) => {
    last = last.then(() => serve(message));
  });
  say({ id: GREETING, answer: greeting });
}
