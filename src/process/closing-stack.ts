/** What is to be closed at the end, in the reverse order of its opening. */
export interface ClosingStack {
  add(close: () => Promise<unknown>): void;
  /** Closed after everything else: what may take long and holds nothing durable. */
  addLast(close: () => Promise<unknown>): void;
  /** Closes everything once, whatever fails. @throws the first fault, when everything was tried. */
  close(): Promise<void>;
}

export function closingStack(): ClosingStack {
  const open: (() => Promise<unknown>)[] = [];
  return {
    add: (close) => void open.push(close),
    addLast: (close) => void open.unshift(close),
    async close() {
      const faults: unknown[] = [];
      for (const close of open.splice(0).reverse()) await close().catch((fault) => faults.push(fault));
      if (faults.length > 0) throw faults[0];
    },
  };
}
