import type { RequestHandler } from 'express';
import { middleware as openApiValidator } from 'express-openapi-validator';
import { CONTRACT_FILE } from '../operations/operations-routes.ts';

/**
 * Turns down requests that break the contract; its schemas are compiled when they are first needed, once for however
 * many apps it stands in.
 * @param answersToo answers that break it become faults: for tests.
 */
export function heldAgainstContract({ answersToo = false } = {}): readonly RequestHandler[] {
  return openApiValidator({
    apiSpec: CONTRACT_FILE,
    // Whether it is OpenAPI at all does not change from start to start, and takes half a second to say: a test does.
    validateApiSpec: false,
    validateRequests: true,
    // Its routes are behind what they need.
    validateSecurity: false,
    validateResponses: answersToo,
    fileUploader: false,
  });
}
