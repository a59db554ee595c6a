import type { ArchiveAnswer, ArchiveHttp, ArchiveRequest } from '../archive-request.ts';
import { type Accepting, type ArchiveWays, acceptingOneOf, MediaTypeFault } from '../archive-ways.ts';

/** PS3.18 8.7.3.2; archives built before its final text know DICOM JSON as application/json alone. */
const JSON_TYPES = ['application/dicom+json', 'application/json', '*/*'];
/** Not acceptable, unsupported media type. */
const TYPE_REFUSED = new Set([406, 415]);

/** Asks for DICOM JSON under the name that the archive gives it. */
export function acceptingJson(ways: ArchiveWays): Accepting {
  return acceptingOneOf(
    JSON_TYPES,
    (error) => (error instanceof MediaTypeFault || TYPE_REFUSED.has(error.status ?? 0) ? 'lasting' : 'no'),
    () => ways.found('json-type-refused'),
  );
}

/** @throws MediaTypeFault where the archive answers in XML, whatever it was asked for. */
export function askJson(
  http: ArchiveHttp,
  accepting: Accepting,
  request: Omit<ArchiveRequest, 'accept'>,
): Promise<ArchiveAnswer> {
  return accepting(async (accept) => {
    const answer = await http.ask({ ...request, accept });
    const inXml = answer.status === 200 && /\bxml\b/i.test(answer.contentType);
    if (!inXml) return answer;
    throw new MediaTypeFault(`${request.call}: the answer is XML, not DICOM JSON`, { retryable: false });
  });
}
