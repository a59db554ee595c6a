/**
 * Makes grafana/dashboards/ of grafana/source/. With --check it writes nothing, and exits with 1 where a file is not
 * what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { capacity } from './source/capacity.mjs';
import { model } from './source/model.mjs';
import { overview } from './source/overview.mjs';

const check = process.argv.includes('--check');
for (const dashboard of [overview, capacity, model]) {
  const name = `${dashboard.uid.replace('spinegrade-', '')}.json`;
  const file = new URL(`dashboards/${name}`, import.meta.url);
  const text = `${JSON.stringify(dashboard, null, 2)}\n`;
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`grafana/dashboards/${name} is out of date: node grafana/make-dashboards.mjs\n`);
    process.exitCode = 1;
  }
}
