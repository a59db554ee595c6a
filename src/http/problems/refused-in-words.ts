import type { Request } from 'express';

/**
 * Why express or the validator refused a request, null where its status says it all. Their own messages quote what was
 * sent, which may be anything.
 */
export function refusedInWords(error: Error, status: number, { path }: Pick<Request, 'path'>): string | null {
  if ('type' in error && error.type === 'entity.parse.failed') return 'The body is not JSON.';
  if (!isDecodable(path)) return 'The path is not properly percent-encoded.';
  if (status !== 400 || !('errors' in error) || !Array.isArray(error.errors)) return null;
  const parts = (error.errors as readonly { path?: string; message?: string }[]).map(brokenRule);
  return `${parts.join('; ')}.`;
}

/** Members of bodies that the contract names. */
const OWN_MEMBERS =
  /^body(?:\/(?:\d+\/)?(?:specversion|id|source|type|priority|force|note|series|callbackUrl|filter|limit|as))?$/;

/** The validator: which part breaks which rule, never the value, nor a name that is not our own. */
function brokenRule({ path = '', message = 'is not valid' }: { path?: string; message?: string }): string {
  const part = path.replace(/^\//, '');
  if (OWN_MEMBERS.test(part)) return `${part} ${message}`;
  if (part.startsWith('body/series/')) return 'body/series does not say of a series what can be said of one';
  if (part.startsWith('body/')) return 'body has a member that the operation does not know';
  if (/^(?:request\/)?params\//.test(part)) return `${part} ${message}`;
  if (/^(?:request\/)?(?:body|query)\b/.test(part))
    return 'The body, or a parameter, is not what the operation takes';
  return 'The operation does not know a parameter that was sent';
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
