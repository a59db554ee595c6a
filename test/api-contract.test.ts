import { readFileSync } from 'node:fs';
import yaml from 'js-yaml';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { CATALOGUE, type CatalogueEntry } from '../src/domain/catalogue.ts';
import { areas } from '../src/http/app.ts';
import { NO_CALLBACK_PARTS } from './support/no-callbacks.ts';
import { refusingQueue } from './support/refusing-queue.ts';

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

test('every operation has a route and every route an operation, with the same permission', () => {
  const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => {
        const { operationId, 'x-permission': permission } = operation;
        return { operationId, method, path, permission };
      }),
  );
  const readiness = () => Promise.reject(new Error('nobody asks'));
  const routes = areas({
    ...NO_CALLBACK_PARTS,
    queue: refusingQueue(),
    readiness,
    shadow: readiness,
    registry: new Registry(),
  })
    .flat()
    .map(({ handle: _, ...declared }) => declared);
  const byId = (one: { operationId: string }, other: { operationId: string }) =>
    one.operationId < other.operationId ? -1 : 1;
  expect(routes.toSorted(byId)).toEqual(operations.toSorted(byId));
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { permission } of operations) expect(permission).toMatch(/^(?:none|read|submit|operate)$/);
});

test('the contract knows the problems of the catalogue, and no other', () => {
  const told = Object.entries<CatalogueEntry>(CATALOGUE).filter(([, { problem }]) => problem !== undefined);
  const { enum: types } = contract.components.schemas.Problem.properties.type;
  expect(types.toSorted()).toEqual(told.map(([code]) => `urn:spinegrade:problem:${code}`).toSorted());
});
