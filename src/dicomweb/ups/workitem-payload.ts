import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import type { ArchiveRequest } from '../archive-request.ts';
import type { ArchiveWays } from '../archive-ways.ts';
import type { AskWorklist, WorklistAnswer } from './worklist-exchange.ts';

/** What a server may say to a payload whose form it does not know; the last where it falls over it. */
const FORM_REFUSED = new Set([400, 415, 422, 500]);

/** Sends a data set, and remembers in which form the worklist takes one. */
export type SendWorkitem = (
  request: Pick<ArchiveRequest, 'call' | 'path' | 'method' | 'signal'> & {
    readonly statuses: readonly number[];
  },
  dataSet: DicomJson,
) => Promise<WorklistAnswer>;

/** In an array, as PS3.18 11.1.3 says; alone where a server refuses that and takes the other, as several do. */
export function sendingWorkitems(ask: AskWorklist, ways: ArchiveWays): SendWorkitem {
  let known = false;
  return async ({ statuses, ...request }, dataSet) => {
    const send = (payload: unknown) =>
      ask({
        ...request,
        statuses: [...statuses, ...FORM_REFUSED],
        post: { contentType: 'application/dicom+json', body: Buffer.from(JSON.stringify(payload)) },
      });
    const alone = ways.has('workitem-without-array');
    const first = await send(alone ? dataSet : [dataSet]);
    if (alone || known || !FORM_REFUSED.has(first.status)) {
      if (isSuccess(first)) known = true;
      return first;
    }
    const second = await send(dataSet);
    // Which of the two means something to the caller.
    if (!isSuccess(second)) return statuses.includes(first.status) ? first : second;
    ways.found('workitem-without-array');
    return second;
  };
}

export const isSuccess = ({ status }: Pick<WorklistAnswer, 'status'>): boolean =>
  status >= 200 && status < 300;
