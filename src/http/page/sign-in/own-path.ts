/** A path of this service that a form or a cookie names to go back to; the list where it is no such path. */
export function ownPath(said: unknown): string {
  if (typeof said !== 'string' || said.length > 2_000 || !/^\/(?![/\\])/.test(said)) return '/';
  const url = URL.parse(said, 'http://own.invalid');
  if (url === null || url.origin !== 'http://own.invalid') return '/';
  return `${url.pathname}${url.search}`;
}
