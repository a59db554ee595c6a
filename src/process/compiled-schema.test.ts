import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';

const schemas = execFileSync('git', ['ls-files', 'src/*.schema.json', 'models/*.schema.json'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n');

test.each(schemas)('%s is a JSON Schema', (file) => {
  const ajv = new Ajv();
  expect(ajv.validateSchema(JSON.parse(readFileSync(file, 'utf8')))).toBe(true);
  expect(ajv.errors).toBeNull();
});
