import type { RequestHandler } from 'express';

/** HEAD is GET without the content (RFC 9110 9.3.2), which Node leaves out by what the request began as. */
export const headAsGet: RequestHandler = (request, _response, next) => {
  if (request.method === 'HEAD') request.method = 'GET';
  next();
};
