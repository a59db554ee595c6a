import type { RequestHandler } from 'express';

/** The answers are data for programs: not to be sniffed, framed, cached or run. */
export const protectiveHeaders: RequestHandler = (request, response, next) => {
  response.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  });
  // RFC 6797 7.2: never where it was asked in the clear.
  if (request.secure) response.set('Strict-Transport-Security', 'max-age=31536000');
  next();
};
