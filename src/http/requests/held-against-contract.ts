import { readFile } from 'node:fs/promises';
import type { RequestHandler } from 'express';
import { type Spec, sortRoutes } from 'express-openapi-validator/dist/framework/openapi.spec.loader.js';
import { OpenApiValidator } from 'express-openapi-validator/dist/openapi.validator.js';
import { load } from 'js-yaml';
import { CONTRACT_FILE } from '../operations/operations-routes.ts';

/**
 * Turns down requests that break the contract; its schemas are compiled when they are first needed, once for however
 * many apps it stands in.
 * @param answersToo answers that break it become faults: for tests.
 */
export function heldAgainstContract({ answersToo = false } = {}): readonly RequestHandler[] {
  const validator = new OpenApiValidator({
    apiSpec: CONTRACT_FILE,
    validateRequests: true,
    // Its routes are behind what they need.
    validateSecurity: false,
    validateResponses: answersToo,
    fileUploader: false,
  });
  return validator.installMiddleware(readContract({ answersToo }));
}

/**
 * The contract with its routes as the validator's own loader finds them (a test compares the two). That compiles the schema
 * of OpenAPI at every start, whether or not it is to hold the contract against it, and the validator every schema that an
 * answer names: a quarter of a second in which nothing is learnt.
 * @param answersToo false leaves out what is said of answers.
 */
export async function readContract({ answersToo }: { readonly answersToo: boolean }): Promise<Spec> {
  const apiDoc = load(await readFile(CONTRACT_FILE, 'utf8')) as ReadContract;
  const operations = Object.entries(apiDoc.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => ({ path, method, operation })),
  );
  if (!answersToo) for (const { operation } of operations) operation.responses = {};
  const routes = operations.map(({ path, method }) => ({
    basePath: '',
    expressRoute: path.replaceAll(/\{([^/{}]+)\}/g, ':$1'),
    openApiRoute: path,
    method: method.toUpperCase(),
    pathParams: [...path.matchAll(/\{([^/{}]+)\}/g)].map((match) => match[1]!),
  }));
  return { apiDoc, basePaths: ['/'], routes: routes.sort(sortRoutes), serial: 1 };
}

type ReadContract = Spec['apiDoc'] & {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: object }>>>>;
};
