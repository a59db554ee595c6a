/** Memory that what runs at a time shares: whoever does not fit waits for those before it to give theirs back. */
export interface MemoryBudget {
  /**
   * Waits for a share, in the order of asking, so that a large one is not overtaken for ever. One that is larger than the
   * whole budget waits until it is alone.
   * @param bytes about as much as will be taken.
   * @returns what gives the share back; once is enough.
   * @throws the signal's reason when it is aborted meanwhile.
   */
  hold(bytes: number, signal: AbortSignal): Promise<() => void>;
  readonly limitBytes: number;
  readonly heldBytes: number;
  /** How many wait. */
  readonly waiting: number;
}

export function memoryBudget(limitBytes: number): MemoryBudget {
  const queue: { readonly bytes: number; readonly taken: () => void }[] = [];
  let heldBytes = 0;
  let holders = 0;
  const serve = () => {
    for (;;) {
      const first = queue[0];
      if (first === undefined || (holders > 0 && heldBytes + first.bytes > limitBytes)) return;
      queue.shift();
      heldBytes += first.bytes;
      holders += 1;
      first.taken();
    }
  };
  const share = (bytes: number) => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      heldBytes -= bytes;
      holders -= 1;
      serve();
    };
  };
  return {
    limitBytes,
    get heldBytes() {
      return heldBytes;
    },
    get waiting() {
      return queue.length;
    },
    hold(bytes, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const giveUp = () => {
          queue.splice(queue.indexOf(asked), 1);
          reject(signal.reason);
          // Whoever stood behind it may fit.
          serve();
        };
        const asked = {
          bytes,
          taken: () => {
            signal.removeEventListener('abort', giveUp);
            resolve(share(bytes));
          },
        };
        queue.push(asked);
        signal.addEventListener('abort', giveUp, { once: true });
        serve();
      });
    },
  };
}
