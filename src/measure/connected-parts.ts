/** A connected part of a label map. */
export interface Part {
  /** Indices of its pixels. */
  readonly members: readonly number[];
  /** Its centre, in pixels. */
  readonly column: number;
  readonly row: number;
  /** Unit vector along which it is longest, to the right. */
  readonly along: readonly [column: number, row: number];
}

/** The parts of one label, connected over edges, the largest first. */
export function connectedParts(
  labels: ArrayLike<number>,
  rows: number,
  columns: number,
  label: number,
): readonly Part[] {
  const seen = new Uint8Array(rows * columns);
  const parts: Part[] = [];
  const stack: number[] = [];
  const take = (at: number) => {
    if (at < 0 || at >= seen.length || seen[at] === 1 || labels[at] !== label) return;
    seen[at] = 1;
    stack.push(at);
  };
  for (let first = 0; first < seen.length; first++) {
    if (seen[first] === 1 || labels[first] !== label) continue;
    const members: number[] = [];
    take(first);
    while (stack.length > 0) {
      const at = stack.pop()!;
      members.push(at);
      const column = at % columns;
      if (column > 0) take(at - 1);
      if (column < columns - 1) take(at + 1);
      take(at - columns);
      take(at + columns);
    }
    parts.push(partOf(members, columns));
  }
  return parts.sort((a, b) => b.members.length - a.members.length);
}

/** What some pixels of a map of so many columns are together, connected or not. */
export function partOf(members: readonly number[], columns: number): Part {
  const n = members.length;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  for (let i = 0; i < n; i++) {
    const x = members[i]! % columns;
    const y = Math.floor(members[i]! / columns);
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
    syy += y * y;
  }
  const [x, y] = [sx / n, sy / n];
  // The first eigenvector of the 2 × 2 matrix of second moments.
  const angle = 0.5 * Math.atan2(2 * (sxy / n - x * y), sxx / n - x * x - (syy / n - y * y));
  return { members, column: x, row: y, along: [Math.cos(angle), Math.sin(angle)] };
}
