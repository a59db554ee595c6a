import type { RequestHandler, Response } from 'express';

/** HEAD is GET without the content (RFC 9110 9.3.2), which Node leaves out by what the request began as. */
export const headAsGet: RequestHandler = (request, response, next) => {
  response.locals['isHead'] = request.method === 'HEAD';
  if (request.method === 'HEAD') request.method = 'GET';
  next();
};

/** Whether nobody is there to read the content: of interest where that takes its time. */
export function isHead(response: Response): boolean {
  return response.locals['isHead'] === true;
}
