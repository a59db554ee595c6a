import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ExecutionProvider } from './execution-provider.ts';
import type { ModelRunner, Tensor } from './model-runner.ts';

/** What the thread loads. */
export interface NetworkOrder {
  readonly model: Uint8Array;
  readonly provider: ExecutionProvider;
  readonly threads: number;
}

/** The thread's first message. */
export type NetworkShape = Pick<ModelRunner, 'inputs' | 'outputs'>;

/** What the thread is asked; `id` comes back with the answer. */
export type ThreadRequest =
  | { readonly kind: 'run'; readonly id: number; readonly feeds: Readonly<Record<string, Tensor>> }
  | { readonly kind: 'close' };

export type ThreadAnswer =
  | { readonly id: number; readonly outputs: Readonly<Record<string, Tensor>> }
  | { readonly id: number; readonly fault: string };

/**
 * Loads a network on a thread of its own: ONNX Runtime's run and load are synchronous in Node, whatever their
 * promises say, and would hold up the event loop from begin to end. Input tensors are copied to the thread.
 * @throws the runtime's error when the network does not load on this provider.
 */
export async function startNetworkThread(name: string, order: NetworkOrder): Promise<ModelRunner> {
  const worker = new Worker(new URL('./network-worker.ts', import.meta.url), { name, workerData: order });
  // Rejects with the thread's error when it dies before it has loaded the network.
  const [shape] = (await once(worker, 'message')) as [NetworkShape];
  const waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, Tensor>>>>();
  let ended: Error | null = null;
  const end = (cause?: Error) => {
    ended ??= new Error(`network ${name}: its thread has ended`, { cause });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('error', (error: Error) => end(error));
  worker.on('exit', () => end());
  worker.on('message', (answer: ThreadAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('outputs' in answer) asked?.resolve(answer.outputs);
    else asked?.reject(new Error(`network ${name}: ${answer.fault}`));
  });
  let sent = 0;
  const send = (request: ThreadRequest) => worker.postMessage(request);
  return {
    ...shape,
    async run(feeds) {
      if (ended !== null) throw ended;
      const id = ++sent;
      send({ kind: 'run', id, feeds });
      const answer = Promise.withResolvers<Readonly<Record<string, Tensor>>>();
      waiting.set(id, answer);
      return answer.promise;
    },
    async close() {
      if (ended !== null) return;
      const exited = once(worker, 'exit');
      send({ kind: 'close' });
      await exited;
    },
  };
}
