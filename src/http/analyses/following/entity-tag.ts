import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';

/** Sends JSON under an entity tag of what it says (RFC 9110 8.8.3), or 304 to a client that has the same already. */
export function sendTagged(body: object, request: Request, response: Response): void {
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 27);
  response.set('ETag', `"${digest}"`);
  if (request.fresh) response.status(304).end();
  else response.json(body);
}
