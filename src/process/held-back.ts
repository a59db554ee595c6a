/** Hears before there is anybody to hear, and tells all of it, in order, when there is. */
export interface HeldBack<Said extends readonly unknown[]> {
  say(...said: Said): void;
  /** From now on; called once. */
  tell(listener: (...said: Said) => void): void;
}

export function heldBack<Said extends readonly unknown[]>(): HeldBack<Said> {
  const waiting: Said[] = [];
  let hears: ((...said: Said) => void) | null = null;
  return {
    say(...said) {
      if (hears === null) waiting.push(said);
      else hears(...said);
    },
    tell(listener) {
      hears = listener;
      for (const said of waiting.splice(0)) listener(...said);
    },
  };
}
