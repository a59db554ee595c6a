/**
 * Makes what the chart has from values.yaml and .env.example: the blocks of settings in values.yaml itself,
 * values.schema.json and the tables of README.md. With --check it writes nothing, names what is not up to date and ends
 * with 1.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chartSettings } from './chart-settings.ts';
import { withTables } from './readme-tables.ts';
import { withSettingsBlocks } from './settings-blocks.ts';
import { valuesSchema } from './values-schema.ts';
import { valuesTree } from './values-tree.ts';

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string) => readFileSync(file(path), 'utf8');

const values = withSettingsBlocks(read('helm/spinegrade/values.yaml'), chartSettings(read('.env.example')));
const tree = valuesTree(values);
const scenarios = readdirSync(file('helm/spinegrade/ci'))
  .sort()
  .map((name) => ({
    file: `ci/${name}`,
    words: read(`helm/spinegrade/ci/${name}`).split('\n')[0]!.replace(/^# /, ''),
  }));
const made: Readonly<Record<string, string>> = {
  'helm/spinegrade/values.yaml': values,
  'helm/spinegrade/values.schema.json': `${JSON.stringify(valuesSchema(tree), null, 2)}\n`,
  'helm/spinegrade/README.md': withTables(read('helm/spinegrade/README.md'), tree, scenarios),
};

const check = process.argv.includes('--check');
for (const [path, text] of Object.entries(made)) {
  const is = (() => {
    try {
      return read(path);
    } catch {
      return null;
    }
  })();
  if (is === text) continue;
  if (check) {
    process.stderr.write(`${path} is not what values.yaml and .env.example say: npm run chart\n`);
    process.exitCode = 1;
  } else writeFileSync(file(path), text);
}
