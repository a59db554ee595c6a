import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { chartSettings, OF_THE_CHART } from '../../scripts/chart/chart-settings.ts';
import { withSettingsBlocks } from '../../scripts/chart/settings-blocks.ts';
import { type ValueNode, valuesTree } from '../../scripts/chart/values-tree.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(resolve(ROOT, path), 'utf8');
const EXAMPLE = read('.env.example');
const VALUES = read('helm/spinegrade/values.yaml');
const names = [...EXAMPLE.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name!);

test('values, schema and README are what values.yaml and .env.example say', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/chart/generate.ts', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test('every setting of .env.example has a place in the values, or is the chart’s own', () => {
  const { settings, secrets, files } = load(VALUES) as Record<string, object>;
  const secretNames = Object.keys(secrets!);
  const known = [
    ...OF_THE_CHART,
    ...Object.keys(settings!),
    ...Object.keys(files!),
    ...secretNames,
    ...secretNames.map((name) => `${name}_FILE`),
  ];
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !known.includes(name))).toEqual([]);
});

test('a new setting is not passed over', () => {
  const more = `${EXAMPLE}# How green.\nGREENNESS=7\n`;
  expect(() => chartSettings(more)).toThrow('the service does not read GREENNESS');
  const settings = chartSettings(EXAMPLE);
  const greenness = { ...settings[0]!, name: 'GREENNESS', place: 'settings' as const };
  expect(withSettingsBlocks(VALUES, settings)).toBe(VALUES);
  expect(withSettingsBlocks(VALUES, [...settings, greenness])).not.toBe(VALUES);
});

test('every value is documented', () => {
  const undocumented = (nodes: readonly ValueNode[], path: string): string[] =>
    nodes.flatMap((node) => [
      ...(node.comment === '' && node.children.length === 0 ? [`${path}${node.name}`] : []),
      ...undocumented(node.children, `${path}${node.name}.`),
    ]);
  expect(undocumented(valuesTree(VALUES), '')).toEqual([]);
});
