import { startConversation } from '../../process/conversation.ts';
import type { ExecutionProvider } from './execution-provider.ts';
import type { ModelRunner, Tensor } from './model-runner.ts';

/** What the thread loads. */
export interface NetworkOrder {
  readonly model: Uint8Array;
  readonly provider: ExecutionProvider;
  readonly threads: number;
}

/** The thread's greeting. */
export type NetworkShape = Pick<ModelRunner, 'inputs' | 'outputs'>;

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Loads a network on a thread of its own: ONNX Runtime's run and load are synchronous in Node, whatever their
 * promises say, and would hold up the event loop from begin to end. Input tensors are copied to the thread.
 * @throws the runtime's error when the network does not load on this provider.
 */
export async function startNetworkThread(name: string, order: NetworkOrder): Promise<ModelRunner> {
  const thread = await startConversation<Tensors, Tensors, NetworkShape>(
    new URL('./network-worker.ts', import.meta.url),
    `network ${name}`,
    order,
  );
  return {
    ...thread.greeting,
    run: (feeds) => thread.ask(feeds),
    close: () => thread.close(),
  };
}
