import { ArchiveError } from '../archive.ts';
import { archiveFault } from '../archive-faults.ts';
import type { ArchiveHttp, ArchiveRequest } from '../archive-request.ts';
import { DEFAULT_RETRY, type RetryPolicy, retrying } from '../retry.ts';
import { readAtMost } from '../transfer/read-at-most.ts';
import { WorklistError } from './worklist.ts';

export interface WorklistAnswer {
  readonly status: number;
  readonly text: string;
  /** Warning (RFC 7234 5.5), as PS3.18 chapter 11 says more by; '' where there is none. */
  readonly warning: string;
  readonly contentLocation: string | null;
}

export type AskWorklist = (request: Omit<ArchiveRequest, 'accept'>) => Promise<WorklistAnswer>;

/** The largest answer that is read: some thousand steps. */
const MOST_BYTES = 48 * 2 ** 20;
/** Whoever asks asks again in a while; what is cut off now and then need not wait for that. */
const RETRY: RetryPolicy = { ...DEFAULT_RETRY, attempts: 2 };

/** Requests with their answers read whole. What a status of `statuses` means is the caller's to say. */
export function worklistExchange(http: ArchiveHttp): AskWorklist {
  return async (request) => {
    try {
      return await retrying(RETRY, request.signal, () => once(http, request));
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      throw new WorklistError(error.message, { status: error.status, cause: error });
    }
  };
}

async function once(http: ArchiveHttp, request: Omit<ArchiveRequest, 'accept'>): Promise<WorklistAnswer> {
  const response = await http.stream({ ...request, accept: 'application/dicom+json' });
  const { statusCode: status, headers, body } = response;
  try {
    const tooLarge = `${request.call}: the answer is larger than ${MOST_BYTES} bytes`;
    const bytes = await readAtMost(body, MOST_BYTES, tooLarge, request.onBytes);
    return {
      status,
      text: new TextDecoder().decode(bytes),
      warning: headers['warning']?.toString() ?? '',
      contentLocation: headers['content-location']?.toString() ?? null,
    };
  } catch (error) {
    throw archiveFault(request, error);
  }
}
