/**
 * What this process has in hand: most work side by side, a suspect alone. When the process then dies, it is known of
 * what. Works begin in the order they were asked for.
 */
export interface WorkInHand {
  /** @throws the signal's reason when it aborts before the work has begun. */
  beside<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Begins when everything asked for before has ended; what is asked for afterwards waits. */
  alone<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function workInHand(): WorkInHand {
  let lone: Promise<unknown> = Promise.resolve();
  const others = new Set<Promise<unknown>>();
  return {
    beside(work, signal) {
      const { result, ended } = turn(lone, work, signal);
      others.add(ended);
      void ended.then(() => others.delete(ended));
      return result;
    },
    alone(work, signal) {
      const { result, ended } = turn(Promise.all([lone, ...others]), work, signal);
      lone = ended;
      return result;
    },
  };
}

/** `result` settles with the work, or at once where it is called off before its turn; `ended` never rejects. */
function turn<T>(after: Promise<unknown>, work: () => Promise<T>, signal: AbortSignal | undefined) {
  const { promise: result, resolve, reject } = Promise.withResolvers<T>();
  const callOff = () => reject(signal?.reason);
  signal?.addEventListener('abort', callOff, { once: true });
  const ended = after.then(async () => {
    signal?.removeEventListener('abort', callOff);
    try {
      signal?.throwIfAborted();
      resolve(await work());
    } catch (cause) {
      reject(cause);
    }
  });
  return { result, ended };
}
