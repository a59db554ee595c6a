import express, { type Request, type Response, type Router } from 'express';
import type { operations, paths } from './contract.ts';
import type { Access } from './guard/access.ts';
import { guarded, type Permission } from './guard/guarded.ts';

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

/** A router of the routes of one area: the one place where a handler is put behind what its clients must be allowed. */
export function routerOf(routes: readonly Route[], access: Access): Router {
  const router = express.Router();
  for (const { method, path, permission, handle } of routes) {
    const guard = guarded(permission, access);
    router[method](path.replaceAll(/\{(\w+)\}/g, ':$1'), guard, handle as express.RequestHandler);
  }
  return router;
}
