import type { components } from '../contract.ts';
import type { Route } from '../route.ts';

export type ToldModel = components['schemas']['Model'];

export interface ModelsParts {
  /** The packs that the process knows of. */
  readonly models: () => readonly ToldModel[];
}

/** By what studies are graded. */
export function modelsRoute({ models }: ModelsParts): Route {
  return {
    operationId: 'listModels',
    method: 'get',
    path: '/models',
    permission: 'read',
    handle(_request, response) {
      response.json({ models: models() });
    },
  };
}
