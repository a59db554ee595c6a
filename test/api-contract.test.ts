import { readFileSync } from 'node:fs';
import express from 'express';
import { middleware } from 'express-openapi-validator';
import yaml from 'js-yaml';
import request from 'supertest';
import { expect, test, vi } from 'vitest';
import { CATALOGUE, type CatalogueEntry } from '../src/domain/catalogue.ts';
import { areas } from '../src/http/app.ts';
import { recordingEvents } from './support/ledger-events.ts';
import { refusingParts } from './support/refusing-parts.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly 'x-permission': string;
}
interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: {
      readonly Problem: { readonly properties: { readonly type: { readonly enum: string[] } } };
    };
  };
}

const contract = yaml.load(
  readFileSync(new URL('../openapi/spinegrade.yaml', import.meta.url), 'utf8'),
) as Contract;

test('is OpenAPI 3.1', async () => {
  const said = async (document: object) => {
    const app = express();
    app.use(middleware({ apiSpec: structuredClone(document) as never, validateApiSpec: true }));
    app.use(((error, _request, response, _next) => {
      response.send(String(error.message));
    }) satisfies express.ErrorRequestHandler);
    return (await request(app).get('/healthz/none')).text;
  };
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(await said({ ...contract, paths: { '/x': { get: { responses: 1 } } } })).toContain('was invalid');
  expect(await said(contract)).toBe('not found');
});

test('every operation has a route and every route an operation, with the same permission', () => {
  const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => {
        const { operationId, 'x-permission': permission } = operation;
        return { operationId, method, path, permission };
      }),
  );
  const routes = areas({ ...refusingParts(), events: recordingEvents().events })
    .flat()
    .map(({ handle: _, ...declared }) => declared);
  const byId = (one: { operationId: string }, other: { operationId: string }) =>
    one.operationId < other.operationId ? -1 : 1;
  expect(routes.toSorted(byId)).toEqual(operations.toSorted(byId));
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { permission } of operations) expect(permission).toMatch(/^(?:none|read|analyze|admin)$/);
});

test('the contract knows the problems of the catalogue, and no other', () => {
  const told = Object.entries<CatalogueEntry>(CATALOGUE).filter(([, { problem }]) => problem !== undefined);
  const { enum: types } = contract.components.schemas.Problem.properties.type;
  expect(types.toSorted()).toEqual(told.map(([code]) => `urn:spinegrade:problem:${code}`).toSorted());
});
