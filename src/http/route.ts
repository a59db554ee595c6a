import express, { type Request, type Response, type Router } from 'express';
import type { operations, paths } from './contract.ts';

/**
 * What a client must be allowed for an operation. `none`: nothing, as with probes. `read`: to see what became of
 * studies. `analyze`: to put work in the queue and steer it. `admin`: to see the state of the installation.
 */
export type Permission = 'none' | 'read' | 'analyze' | 'admin';

type OperationId = keyof operations;

/** An operation of the contract with what answers it. The contract says the same of it, as `x-permission` too. */
interface RouteOf<Id extends OperationId> {
  readonly operationId: Id;
  readonly method: 'get' | 'post' | 'delete';
  readonly path: keyof paths;
  readonly permission: Permission;
  readonly handle: (request: Request<PathParameters<Id>>, response: Response) => unknown;
}
export type Route = { readonly [Id in OperationId]: RouteOf<Id> }[OperationId];

type PathParameters<Id extends OperationId> = operations[Id]['parameters'] extends { path: infer Parameters }
  ? Parameters
  : object;

/** A router of the routes of one area. */
export function routerOf(routes: readonly Route[]): Router {
  const router = express.Router();
  for (const { method, path, handle } of routes) {
    router[method](path.replaceAll(/\{(\w+)\}/g, ':$1'), handle as express.RequestHandler);
  }
  return router;
}
