/**
 * One sentence for every variable that is not a setting and looks like one mistyped: it begins like one and at most
 * two letters differ. Variables of others that merely share a prefix (JOB_NAME, PACS_PORT) are left alone.
 */
export function misspelt(present: readonly string[], settings: ReadonlySet<string>): string[] {
  return present.flatMap((name) => {
    if (settings.has(name)) return [];
    const meant = [...settings].find(
      (setting) =>
        setting.length >= 8 && setting.slice(0, 3) === name.slice(0, 3) && differences(name, setting) <= 2,
    );
    return meant === undefined ? [] : [`${name} is not a setting: is ${meant} meant?`];
  });
}

/** Letters to insert, delete or replace to make one of the other (Levenshtein distance). */
function differences(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = row[column - 1]! + (letter === b[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
