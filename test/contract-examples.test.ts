import { readFileSync } from 'node:fs';
import yaml from 'js-yaml';
import { beforeAll, expect, test } from 'vitest';
import { type Contract, shownAt, withExamples } from './support/contract-examples.ts';
import {
  type ExampleName,
  type RecordedAnswers,
  recordAnswers,
  SHOWN_AT,
} from './support/recorded-answers.ts';

const text = readFileSync(new URL('../openapi/spinegrade.yaml', import.meta.url), 'utf8');
const contract = yaml.load(text) as Contract;
const names = Object.keys(SHOWN_AT) as ExampleName[];

/** What differs from run to run, or from machine to machine, made the same: identifiers, times, measures, grades. */
function alike(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => alike(each));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [maskedText(name), alike(member, name)]),
    );
  if (typeof value === 'number') return key === 'status' ? value : 0;
  if (typeof value !== 'string') return value;
  return key === 'grade' ? 'grade' : maskedText(value);
}

function maskedText(value: string): string {
  return value
    .replaceAll(/[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g, 'uuid')
    .replaceAll(/\b[\da-f]{64}\b/g, 'sha256')
    .replaceAll(/\d+(?:[.:T-]\d+)*Z?/g, '0');
}

let answers: RecordedAnswers;
beforeAll(async () => {
  answers = await recordAnswers();
}, 300_000);

test.each(names)('%s is what the service answers, and shown where it answers so', (name) => {
  expect(alike(contract.components.examples[name]?.value)).toEqual(
    alike(JSON.parse(JSON.stringify(answers[name]))),
  );
  expect(shownAt(contract, name)).toBe(`#/components/examples/${name}`);
});

test('no example of an answer is made up', () => {
  expect(Object.keys(contract.components.examples)).toEqual(names);
  const ofAnswers = JSON.stringify([contract.paths, contract.components.responses], (key, value) =>
    key === 'parameters' || key === 'headers' || key === 'requestBody' ? undefined : value,
  );
  expect(ofAnswers).not.toMatch(/"example":/);
  // Written anew the same way, nothing else of the contract changes.
  const values = Object.fromEntries(names.map((name) => [name, contract.components.examples[name]!.value]));
  expect(withExamples(text, values as RecordedAnswers)).toBe(text);
});
