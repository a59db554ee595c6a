import { OF_THE_CHART } from './chart-settings.ts';
import { CONTRADICTIONS } from './contradictions.ts';
import type { JsonSchema } from './json-schema.ts';
import type { ValueNode } from './values-tree.ts';

const text = { type: 'string' };
const named = { type: 'string', minLength: 1 };
const closed = (properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  properties,
  additionalProperties: false,
});

/** values.schema.json. Names that are not known are refused everywhere but in what Kubernetes itself describes. */
export function valuesSchema(tree: readonly ValueNode[]): JsonSchema {
  const part = (name: string) => objectSchema(tree.find((node) => node.name === name)!.children);
  const shared = ['settings', 'pod'];
  const properties = Object.fromEntries(
    tree.map((node) => [
      node.name,
      shared.includes(node.name) ? { $ref: `#/definitions/${node.name}` } : schemaOf(node),
    ]),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart spinegrade',
    // What a chart above this one hands to all of its own.
    ...closed({ ...properties, global: { type: 'object' } }),
    allOf: [
      { properties: { settings: { required: ['PACS_URL'] } } },
      ...CONTRADICTIONS.map(({ words, when, must }) => ({
        $comment: words,
        if: when,
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
        then: must,
      })),
    ],
    definitions: {
      settings: part('settings'),
      pod: part('pod'),
      secret: closed({ name: text, key: named }),
      file: closed({ configMap: text, key: named }),
      variable: {
        type: 'object',
        required: ['name'],
        properties: { name: { ...named, not: { enum: ofTheService(tree) } } },
      },
      peer: closed({
        ipBlock: { type: 'object' },
        namespaceSelector: { type: 'object' },
        podSelector: { type: 'object' },
      }),
      ports: { type: 'array', items: { type: 'integer', minimum: 1, maximum: 65_535 } },
    },
  };
}

function objectSchema(nodes: readonly ValueNode[]): JsonSchema {
  return closed(Object.fromEntries(nodes.map((node) => [node.name, schemaOf(node)])));
}

function schemaOf(node: ValueNode): JsonSchema {
  const described = node.comment === '' ? {} : { description: node.comment };
  // Draft 7 reads nothing beside a $ref.
  if (node.schema !== null && '$ref' in node.schema) return node.schema;
  return { ...described, ...(node.schema ?? objectSchema(node.children)) };
}

/** Names that the environment has from the chart: they have places of their own in the values. */
function ofTheService(tree: readonly ValueNode[]): readonly string[] {
  const namesIn = (name: string) =>
    tree.find((node) => node.name === name)!.children.map((node) => node.name);
  const secrets = namesIn('secrets');
  return [
    ...OF_THE_CHART,
    ...namesIn('settings'),
    ...secrets,
    ...secrets.map((name) => `${name}_FILE`),
    ...namesIn('files'),
    'NODE_EXTRA_CA_CERTS',
  ];
}
