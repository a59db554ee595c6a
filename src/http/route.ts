import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { operations, paths } from './contract.ts';
import type { AuditedOperation } from './guard/audited.ts';
import type { Permission } from './guard/guarded.ts';

type OperationId = keyof operations;

/** An operation of the contract with what answers it. The contract says the same of it, as `x-permission` too. */
interface RouteOf<Id extends OperationId> {
  readonly operationId: Id;
  readonly method: 'get' | 'post' | 'delete' | 'options';
  readonly path: keyof paths;
  readonly permission: Permission;
  readonly handle: (request: Request<PathParameters<Id>>, response: Response) => unknown;
}
export type Route = { readonly [Id in OperationId]: RouteOf<Id> }[OperationId];

type PathParameters<Id extends OperationId> = operations[Id]['parameters'] extends { path: infer Parameters }
  ? Parameters
  : object;

/** A router of the routes of one area: the one place where a handler is put behind what its clients must be allowed. */
export function routerOf(
  routes: readonly Route[],
  guards: (operation: AuditedOperation) => readonly RequestHandler[],
): Router {
  const router = express.Router();
  for (const { handle, ...operation } of routes) {
    const { method, path } = operation;
    const handlers = [...guards(operation), handle as RequestHandler];
    router[method](path.replaceAll(/\{(\w+)\}/g, ':$1'), handlers);
  }
  return router;
}
