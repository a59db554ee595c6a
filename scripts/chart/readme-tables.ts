import { CONTRADICTIONS } from './contradictions.ts';
import type { ValueNode } from './values-tree.ts';

const BEGIN = '<!-- BEGIN values: made by `npm run chart` -->\n';
const END = '<!-- END values -->\n';

/** A file of values in ci/, with the comment at its head. */
export interface Scenario {
  readonly file: string;
  readonly words: string;
}

/** README.md with the part between its marks written anew. */
export function withTables(
  readme: string,
  tree: readonly ValueNode[],
  scenarios: readonly Scenario[],
): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md of the chart lacks ${BEGIN.trim()} or ${END.trim()}`);
  return `${readme.slice(0, from + BEGIN.length)}${tables(tree, scenarios)}${readme.slice(to)}`;
}

function tables(tree: readonly ValueNode[], scenarios: readonly Scenario[]): string {
  const alone = tree.filter((node) => node.children.length === 0);
  const parts = tree.filter((node) => node.children.length > 0);
  return [
    '\n## Scenarios\n\n| values | what they are for |\n|---|---|\n',
    ...scenarios.map(({ file, words }) => `| [\`${file}\`](${file}) | ${cell(words)} |\n`),
    '\n## Refused combinations\n\n',
    CONTRADICTIONS.map(({ words }) => `- ${words}\n`).join(''),
    '- `worker.autoscaling.maxReplicas` below `worker.autoscaling.minReplicas`.\n',
    '\n## Values\n\n',
    table(alone, ''),
    ...parts.map(
      (node) => `\n### ${node.name}\n\n${node.comment}\n\n${table(node.children, `${node.name}.`)}`,
    ),
    '\n',
  ].join('');
}

function table(nodes: readonly ValueNode[], path: string): string {
  return `| value | default | what it is |\n|---|---|---|\n${rows(nodes, path).join('')}`;
}

function rows(nodes: readonly ValueNode[], path: string): string[] {
  return nodes.flatMap((node) => {
    const name = `${path}${node.name}`;
    if (node.children.length > 0) {
      const head = node.comment === '' ? [] : [`| \`${name}\` | | ${cell(node.comment)} |\n`];
      return [...head, ...rows(node.children, `${name}.`)];
    }
    const byDefault = node.byDefault === '' ? '' : `\`${cell(JSON.stringify(node.byDefault))}\``;
    return [`| \`${name}\` | ${byDefault} | ${cell(node.comment)} |\n`];
  });
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
