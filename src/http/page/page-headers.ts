import type { RequestHandler } from 'express';

/** A page may show what this service has, run its scripts and send its forms here; nothing that stands within it runs. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Forms name where they come from in Origin for as long as the referrer may (Fetch, 3.2). */
export const pageHeaders: RequestHandler = (_request, response, next) => {
  response.set({ 'Content-Security-Policy': PAGE_POLICY, 'Referrer-Policy': 'same-origin' });
  response.vary('Cookie');
  next();
};
