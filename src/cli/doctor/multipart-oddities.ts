import { multipartBoundary } from '../../dicomweb/transfer/multipart-reader.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** In what an answer with instances is not as RFC 2046 5.1 and PS3.18 8.7.1 have it, in words; none where it is. */
export function multipartOddities(headers: Headers, body: Uint8Array): readonly string[] {
  const contentType = String(headers['content-type'] ?? '');
  const isFramed = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const framing = isFramed ? [] : ['HTTP does not tell where the answer ends'];
  const boundary = multipartBoundary(contentType);
  if (boundary === null) return [...framing, 'a single part, without multipart'];
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const line = boundary.startsWith('--') && bytes.indexOf(`--${boundary}`) < 0 ? boundary : `--${boundary}`;
  const start = bytes.indexOf(line);
  const headEnd = /\r?\n\r?\n/.exec(bytes.toString('latin1', start, start + 4096));
  const head = headEnd === null ? '' : bytes.toString('latin1', start, start + headEnd.index);
  return [
    ...framing,
    ...(/;\s*type=/i.test(contentType) ? [] : ['the type parameter is missing']),
    ...(boundary.startsWith('--') ? ['the boundary is given with its hyphens'] : []),
    ...(bytes.subarray(0, start).toString('latin1').trim() === '' ? [] : ['a preamble']),
    ...(headEnd === null || headEnd[0] === '\r\n\r\n' ? [] : ['lines end in LF alone']),
    ...(/^content-type:\s*application\/dicom/im.test(head) ? [] : ['a part without application/dicom']),
    ...(bytes.lastIndexOf(`${line}--`) > start ? [] : ['the closing boundary is missing']),
  ];
}
