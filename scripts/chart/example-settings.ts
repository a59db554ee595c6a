/** Settings that one comment of .env.example speaks of. */
export interface SettingRun {
  readonly comment: readonly string[];
  readonly settings: readonly { readonly name: string; readonly value: string }[];
}

/** .env.example, comment by comment; headings (`# --- Logs ---`) left out. */
export function settingRuns(example: string): readonly SettingRun[] {
  const runs: { comment: string[]; settings: { name: string; value: string }[] }[] = [];
  let comment: string[] | null = null;
  for (const line of example.split('\n')) {
    if (line.startsWith('# ---') || line === '') comment = null;
    else if (line.startsWith('#')) {
      comment ??= [];
      comment.push(line.slice(2));
      const last = runs.at(-1);
      if (last?.comment !== comment) runs.push({ comment, settings: [] });
    } else {
      const equals = line.indexOf('=');
      const setting = { name: line.slice(0, equals), value: line.slice(equals + 1) };
      const last = runs.at(-1);
      if (last === undefined) throw new Error(`.env.example: ${setting.name} has no comment`);
      last.settings.push(setting);
      comment = null;
    }
  }
  return runs.filter(({ settings }) => settings.length > 0);
}
