import { type Conversation, startConversation } from '../../process/conversation.ts';
import type { ExecutionProvider } from './execution-provider.ts';
import type { ModelRunner, Tensor } from './model-runner.ts';

/** A network to load. */
export interface NetworkOrder {
  readonly model: Uint8Array;
  readonly provider: ExecutionProvider;
  readonly threads: number;
}

export type NetworkShape = Pick<ModelRunner, 'inputs' | 'outputs'>;

export type Tensors = Readonly<Record<string, Tensor>>;

/** What a thread is asked of a network. */
export type ToNetworks = NetworkOnThread &
  ({ readonly load: NetworkOrder } | { readonly feeds: Tensors } | { readonly release: true });

/** Its file's name, for messages, and the number that whoever loads it gives it: one file may be loaded twice. */
interface NetworkOnThread {
  readonly name: string;
  readonly number: number;
}

/** Null: released. */
export type FromNetworks = { readonly shape: NetworkShape } | { readonly outputs: Tensors } | null;

/** Threads that networks share. */
export interface NetworkThreads {
  /**
   * Loads a network on the thread with the fewest. A thread ends with its last network.
   * @throws the runtime's error when the network does not load on this provider.
   */
  load(name: string, order: NetworkOrder): Promise<ModelRunner>;
}

interface SharedThread {
  readonly conversation: Promise<Conversation<ToNetworks, FromNetworks, null>>;
  networks: number;
}

/**
 * ONNX Runtime's run and load are synchronous in Node, whatever their promises say, and would hold up the event loop from
 * begin to end: networks have threads of their own. A thread takes 60 ms of processor to start and some 15 MB, and more of
 * them than processors run nothing sooner; so that networks share them.
 * @param most threads, started as networks are loaded.
 */
export function networkThreads(most: number): NetworkThreads {
  const threads: SharedThread[] = [];
  let loaded = 0;
  const leastBusy = () => {
    if (threads.length < most) threads.push({ conversation: startThread(), networks: 0 });
    return threads.reduce((least, each) => (each.networks < least.networks ? each : least));
  };
  const left = async (thread: SharedThread) => {
    thread.networks -= 1;
    if (thread.networks > 0) return;
    threads.splice(threads.indexOf(thread), 1);
    await (await thread.conversation).close();
  };
  return {
    async load(name, order) {
      const thread = leastBusy();
      thread.networks += 1;
      loaded += 1;
      const network = { name, number: loaded };
      let isClosed = false;
      try {
        const conversation = await thread.conversation;
        const { shape } = (await conversation.ask({ ...network, load: order })) as { shape: NetworkShape };
        return {
          ...shape,
          async run(feeds) {
            return ((await conversation.ask({ ...network, feeds })) as { outputs: Tensors }).outputs;
          },
          async close() {
            if (isClosed) return;
            isClosed = true;
            if (!conversation.ended) await conversation.ask({ ...network, release: true });
            await left(thread);
          },
        };
      } catch (cause) {
        await left(thread).catch(() => undefined);
        throw cause;
      }
    },
  };
}

const startThread = () =>
  startConversation<ToNetworks, FromNetworks, null>(
    new URL('./network-worker.ts', import.meta.url),
    'networks',
    null,
  );
