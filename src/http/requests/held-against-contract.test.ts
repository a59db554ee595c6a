import { OpenApiSpecLoader } from 'express-openapi-validator/dist/framework/openapi.spec.loader.js';
import { expect, it } from 'vitest';
import { CONTRACT_FILE } from '../operations/operations-routes.ts';
import { readContract } from './held-against-contract.ts';

it('reads the contract as the loader of the validator does, which also says that it is OpenAPI', async () => {
  const loader = new OpenApiSpecLoader({ apiDoc: CONTRACT_FILE, validateApiSpec: true });
  const { serial, ...theirs } = await loader.load();
  expect(serial).toBeGreaterThan(0);
  const { serial: any, ...ours } = await readContract({ answersToo: true });
  expect(any).toBeGreaterThan(0);
  expect(ours.routes.length).toBeGreaterThan(20);
  expect(ours).toEqual(theirs);
});
