import type { ChartSetting } from './chart-settings.ts';

/** values.yaml with its blocks `# BEGIN settings` … `# END settings`, secrets and files written anew. */
export function withSettingsBlocks(values: string, settings: readonly ChartSetting[]): string {
  return (['settings', 'secrets', 'files'] as const).reduce((text, place) => {
    const begin = `  # BEGIN ${place}\n`;
    const end = `  # END ${place}\n`;
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`values.yaml lacks "${begin.trim()}" or "${end.trim()}"`);
    const lines = settings.filter((setting) => setting.place === place).flatMap(lineOf);
    return `${text.slice(0, from + begin.length)}${lines.map((line) => `  ${line}\n`).join('')}${text.slice(to)}`;
  }, values);
}

function lineOf({ name, comment, value, schema }: ChartSetting): string[] {
  const inferred = Object.keys(schema).join() === 'type' && !Array.isArray(schema['type']);
  return [
    ...comment.map((line) => `# ${line}`),
    ...(inferred ? [] : [`# @schema ${JSON.stringify(schema)}`]),
    // A flow mapping is JSON with plain keys; both are YAML.
    `${name}: ${JSON.stringify(value)}`,
  ];
}
