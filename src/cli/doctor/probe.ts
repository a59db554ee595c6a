import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { ArchiveError } from '../../dicomweb/archive.ts';
import type { ArchiveHttp } from '../../dicomweb/archive-request.ts';
import { archiveWays } from '../../dicomweb/archive-ways.ts';
import { parseDataSets } from '../../dicomweb/json/dicom-json-answer.ts';
import { acceptingJson, askJson } from '../../dicomweb/json/json-answers.ts';

/** One query as it is, without the ways round what an archive may refuse: its rows, or the status of the refusal. */
export type Probed =
  | { readonly rows: readonly DicomJson[]; readonly refused: null }
  | { readonly rows: null; readonly refused: number };

export type Probe = (path: string) => Promise<Probed>;

/** @throws ArchiveError where the archive does not answer at all, or refuses the credentials. */
export function prober(http: ArchiveHttp, signal: AbortSignal): Probe {
  const accepting = acceptingJson(archiveWays(() => undefined));
  return async (path) => {
    try {
      const { status, text } = await askJson(http, accepting, {
        call: 'examine',
        path,
        statuses: [200, 204],
        signal,
      });
      return { rows: status === 200 ? parseDataSets('examine', text) : [], refused: null };
    } catch (fault) {
      const refused = fault instanceof ArchiveError && fault.code === 'archive-fault' ? fault.status : null;
      if (refused === null) throw fault;
      return { rows: null, refused };
    }
  };
}
