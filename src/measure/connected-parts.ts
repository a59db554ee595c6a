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
  for (let first = 0; first < seen.length; first++) {
    if (seen[first] === 1 || labels[first] !== label) continue;
    const members: number[] = [];
    seen[first] = 1;
    stack.push(first);
    while (stack.length > 0) {
      const at = stack.pop()!;
      members.push(at);
      const column = at % columns;
      const near = [
        column > 0 ? at - 1 : -1,
        column < columns - 1 ? at + 1 : -1,
        at - columns,
        at + columns < seen.length ? at + columns : -1,
      ];
      for (const next of near) {
        if (next < 0 || seen[next] === 1 || labels[next] !== label) continue;
        seen[next] = 1;
        stack.push(next);
      }
    }
    parts.push(partOf(members, columns));
  }
  return parts.sort((a, b) => b.members.length - a.members.length);
}

/** What some pixels of a map of so many columns are together, connected or not. */
export function partOf(members: readonly number[], columns: number): Part {
  const n = members.length;
  let [sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0];
  for (const at of members) {
    const [x, y] = [at % columns, Math.floor(at / columns)];
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
