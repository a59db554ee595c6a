import type { ArchiveHttp } from '../../dicomweb/archive-request.ts';
import { type Check, found, lacking, notTried } from './check.ts';
import type { Examined } from './examined.ts';
import type { OwnStudy } from './own-study.ts';

const NAME = 'taken away';
const ACCEPT = 'application/json';

/**
 * Takes away what was stored, and nothing else: by DELETE of the study's own address, as several archives know it though
 * DICOMweb does not, or by Orthanc's own API beside its DICOMweb root. It is gone when the archive no longer lists it.
 */
export async function removeOwnStudy(examined: Examined, { studyInstanceUid }: OwnStudy): Promise<Check> {
  const { http, archive, options, signal } = examined;
  const isGone = async () => (await archive.findSeries(studyInstanceUid, signal)).length === 0;
  if (await isGone()) return notTried(NAME, 'nothing is there');
  const path = `/studies/${studyInstanceUid}`;
  const asked = { call: 'examine', accept: ACCEPT, statuses: 'any', signal } as const;
  const { status } = await http.ask({ ...asked, root: 'wado', path, method: 'DELETE' });
  if (status < 300 && (await isGone())) return found(NAME, `by DELETE ${path}`);
  if (await removedByOrthanc(http, options.url, studyInstanceUid, signal)) {
    if (await isGone()) return found(NAME, 'by Orthanc’s own API');
  }
  return lacking(NAME, `what was stored stays: study ${studyInstanceUid} (DELETE: HTTP ${status})`, {
    advice: `delete the study ${studyInstanceUid} (patient SPINEGRADE-TEST) at the archive`,
  });
}

/** Orthanc finds by UID what it is then asked to delete by an identifier of its own. */
async function removedByOrthanc(
  http: ArchiveHttp,
  url: string,
  study: string,
  signal: AbortSignal,
): Promise<boolean> {
  const beside = new URL(url).pathname.replace(/\/[^/]*\/?$/, '');
  const asked = { call: 'examine', accept: ACCEPT, statuses: 'any', signal, isFromOrigin: true } as const;
  const post = { contentType: 'text/plain', body: Buffer.from(study) };
  const { status, text } = await http.ask({ ...asked, path: `${beside}/tools/lookup`, post });
  const id = status === 200 ? identifier(text) : null;
  if (id === null) return false;
  const deleted = await http.ask({ ...asked, path: `${beside}/studies/${id}`, method: 'DELETE' });
  return deleted.status < 300;
}

/** Null unless it is one study. */
function identifier(text: string): string | null {
  try {
    const found = JSON.parse(text) as readonly { readonly ID?: unknown; readonly Type?: unknown }[];
    const [only] = Array.isArray(found) && found.length === 1 ? found : [];
    return only?.Type === 'Study' && typeof only.ID === 'string' && /^[0-9a-f-]+$/.test(only.ID)
      ? only.ID
      : null;
  } catch {
    return null;
  }
}
