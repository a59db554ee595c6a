import { ImagingError } from '../../dicom/imaging-error.ts';
import { parseMeta } from '../../dicom/part10/parse-part10.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, transferSyntaxName } from '../../dicom/part10/transfer-syntax.ts';
import { multipartBoundary, readMultipart } from '../../dicomweb/transfer/multipart-reader.ts';
import { readAtMost } from '../../dicomweb/transfer/read-at-most.ts';
import { type Check, found, ownWay } from './check.ts';
import type { Examined } from './examined.ts';
import type { OwnStudy } from './own-study.ts';

/** As stored, and one of each kind: RLE, JPEG-LS, JPEG 2000, High-Throughput JPEG 2000. */
const ASKED = [
  '*',
  EXPLICIT_VR_LITTLE_ENDIAN,
  '1.2.840.10008.1.2.5',
  '1.2.840.10008.1.2.4.80',
  '1.2.840.10008.1.2.4.90',
  '1.2.840.10008.1.2.4.201',
];
const MOST_BYTES = 16 * 1024 ** 2;

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
  const { statusCode, headers, body } = await http.stream({
    call: 'examine',
    root: 'wado',
    path,
    accept,
    statuses: 'any',
    signal,
  });
  body.on('error', () => undefined);
  if (statusCode !== 200) {
    await body.dump();
    return { syntax: null, words: `refused (HTTP ${statusCode})` };
  }
  const boundary = multipartBoundary(String(headers['content-type'] ?? ''));
  const call = 'examine';
  const bytes =
    boundary === null
      ? await readAtMost(body, MOST_BYTES, `${call}: an instance is larger than what was stored`, undefined)
      : await firstPart(readMultipart(body, { boundary, maxPartBytes: MOST_BYTES, call, isFramed: true }));
  try {
    const syntax = (parseMeta(bytes).meta.string('x00020010') ?? '').trim();
    return { syntax, words: transferSyntaxName(syntax) };
  } catch (fault) {
    if (!(fault instanceof ImagingError)) throw fault;
    return { syntax: null, words: 'what is no DICOM object' };
  }
}

async function firstPart(parts: AsyncIterable<{ readonly bytes: Uint8Array }>): Promise<Uint8Array> {
  let first: Uint8Array = new Uint8Array(0);
  for await (const { bytes } of parts) if (first.length === 0) first = bytes;
  return first;
}
