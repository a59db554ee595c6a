import { textValue } from '../../dicom/json/dicom-json-values.ts';
import { attempt, type Check, found, missing, ownWay } from './check.ts';
import { examineSyntaxes } from './examine-syntaxes.ts';
import type { Examined } from './examined.ts';
import { multipartOddities } from './multipart-oddities.ts';
import type { OwnStudy } from './own-study.ts';
import { readBody } from './read-body.ts';

const SOP_INSTANCE_UID = '00080018';

/** WADO-RS (PS3.18 10.4) of what was stored. */
export async function examineRetrieval(examined: Examined, study: OwnStudy): Promise<readonly Check[]> {
  return [
    ...(await attempt('metadata', () => metadata(examined, study))),
    ...(await attempt('series', () => series(examined, study))),
    ...(await attempt('multipart', () => multipart(examined, study))),
    ...(await attempt('transfer syntaxes', () => examineSyntaxes(examined, study))),
  ];
}

async function metadata({ archive, signal }: Examined, study: OwnStudy): Promise<Check> {
  const { seriesInstanceUid, sopInstanceUid } = study.objects[0]!;
  const rows = await archive.seriesMetadata(study.studyInstanceUid, seriesInstanceUid, signal);
  const isIt = rows.length === 1 && textValue(rows[0]!, SOP_INSTANCE_UID) === sopInstanceUid;
  return isIt
    ? found('metadata', 'of every instance of a series')
    : missing('metadata', `of ${rows.length} instances where there is one`, { code: 'archive-fault' });
}

async function series({ archive, ways, signal }: Examined, study: OwnStudy): Promise<Check> {
  const { seriesInstanceUid } = study.objects[1]!;
  let count = 0;
  for await (const _ of archive.retrieveSeries(study.studyInstanceUid, seriesInstanceUid, signal)) count += 1;
  if (count !== 1)
    return missing('series', `${count} instances came where there is one`, { code: 'archive-fault' });
  const code = 'stored-syntax-refused';
  return ways.has(code)
    ? ownWay('series', 'comes in the archive’s default transfer syntax', { code })
    : found('series', 'comes as it is stored');
}

/** How the body of a series is put together; our reader copes with all that is told here. */
async function multipart({ http, signal }: Examined, study: OwnStudy): Promise<Check> {
  const path = `/studies/${study.studyInstanceUid}/series/${study.objects[1]!.seriesInstanceUid}`;
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const answer = await http.stream({
    call: 'examine',
    root: 'wado',
    path,
    accept,
    statuses: [200],
    signal,
  });
  const oddities = multipartOddities(answer.headers, await readBody(answer, signal));
  return oddities.length === 0
    ? found('multipart', 'as RFC 2046 and PS3.18 8.7.1 have it')
    : ownWay('multipart', `${oddities.join('; ')}: read all the same`);
}
