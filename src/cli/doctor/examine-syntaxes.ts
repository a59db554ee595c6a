import { ImagingError } from '../../dicom/imaging-error.ts';
import { parseMeta } from '../../dicom/part10/parse-part10.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, transferSyntaxName } from '../../dicom/part10/transfer-syntax.ts';
import { multipartBoundary, readMultipart } from '../../dicomweb/transfer/multipart-reader.ts';
import { type Check, found, ownWay } from './check.ts';
import type { Examined } from './examined.ts';
import type { OwnStudy } from './own-study.ts';
import { readBody } from './read-body.ts';

/** As stored, and one of each kind: RLE, JPEG-LS, JPEG 2000, High-Throughput JPEG 2000. */
const ASKED = [
  '*',
  EXPLICIT_VR_LITTLE_ENDIAN,
  '1.2.840.10008.1.2.5',
  '1.2.840.10008.1.2.4.80',
  '1.2.840.10008.1.2.4.90',
  '1.2.840.10008.1.2.4.201',
];

/** What is asked for by `transfer-syntax` (PS3.18 8.7.3.5.2), and what the bytes that come are really written in. */
export async function examineSyntaxes(examined: Examined, study: OwnStudy): Promise<readonly Check[]> {
  const sent: string[] = [];
  let asStored: Check | null = null;
  for (const asked of ASKED) {
    const came = await syntaxSent(examined, study, asked);
    if (asked === '*') {
      asStored =
        came.syntax === EXPLICIT_VR_LITTLE_ENDIAN
          ? found(
              'as stored',
              `transfer-syntax=* sends ${transferSyntaxName(came.syntax)}, in which it was stored`,
            )
          : ownWay(
              'as stored',
              `transfer-syntax=* sends ${came.words}`,
              came.syntax === null ? { code: 'stored-syntax-refused' } : {},
            );
    } else {
      const kept = came.syntax === asked ? 'sent' : came.words;
      sent.push(`${transferSyntaxName(asked)}: ${kept}`);
    }
  }
  return [asStored!, found('on demand', sent.join('; '))];
}

async function syntaxSent(
  { http, signal }: Examined,
  { studyInstanceUid, objects }: OwnStudy,
  asked: string,
): Promise<{ readonly syntax: string | null; readonly words: string }> {
  const { seriesInstanceUid, sopInstanceUid } = objects[1]!;
  const path = `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
  const accept = `multipart/related; type="application/dicom"; transfer-syntax=${asked}`;
  const answer = await http.stream({
    call: 'examine',
    root: 'wado',
    path,
    accept,
    statuses: 'any',
    signal,
  });
  const body = await readBody(answer, signal);
  const { statusCode, headers } = answer;
  if (statusCode !== 200) return { syntax: null, words: `refused (HTTP ${statusCode})` };
  const boundary = multipartBoundary(String(headers['content-type'] ?? ''));
  const bytes = boundary === null ? body : await firstPart(body, boundary);
  try {
    const syntax = (parseMeta(bytes).meta.string('x00020010') ?? '').trim();
    return { syntax, words: transferSyntaxName(syntax) };
  } catch (fault) {
    if (!(fault instanceof ImagingError)) throw fault;
    return { syntax: null, words: 'what is no DICOM object' };
  }
}

async function firstPart(body: Uint8Array, boundary: string): Promise<Uint8Array> {
  const settings = { boundary, maxPartBytes: body.length, call: 'examine', isFramed: true };
  for await (const { bytes } of readMultipart(whole(body), settings)) return bytes;
  return new Uint8Array(0);
}

async function* whole(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}
