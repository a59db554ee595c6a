/**
 * Writes answers of the service into openapi/spinegrade.yaml as its examples: `node test/record-examples.ts`, whenever
 * test/contract-examples.test.ts finds that they are not what the service answers any more.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { withExamples } from './support/contract-examples.ts';
import { recordAnswers } from './support/recorded-answers.ts';

const CONTRACT = 'openapi/spinegrade.yaml';
writeFileSync(CONTRACT, withExamples(readFileSync(CONTRACT, 'utf8'), await recordAnswers()));
