import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the archive makes of one object it is sent. */
export type Fate =
  /** Kept and listed as stored, with a WarningReason (0008,1196) where one is given. */
  | { readonly kind: 'stored'; readonly warning?: number }
  /** Listed as failed with a FailureReason (0008,1197). */
  | { readonly kind: 'failed'; readonly reason: number }
  /** Listed as stored, and something else is kept. */
  | { readonly kind: 'kept-otherwise'; readonly bytes: Uint8Array }
  /** Neither listed nor kept. */
  | { readonly kind: 'ignored' }
  /** Kept, and listed as a duplicate. */
  | { readonly kind: 'duplicate' };

export interface StowServer {
  readonly dicomWebUrl: string;
  /** Asked for every object; replace it to change the weather. */
  fate: (uid: string) => Fate;
  /** HTTP status of the next answers to a store. */
  status: number;
  readonly held: Map<string, Uint8Array>;
  /** Series of the study with SOP Instance UIDs in them, as queries and metadata tell of them. */
  readonly listed: Map<string, readonly string[]>;
  /** SOP Instance UIDs of every store request, in order. */
  readonly requests: readonly (readonly string[])[];
  close(): Promise<void>;
}

/** An archive on loopback that knows STOW-RS and WADO-RS of single instances, and is as odd as it is told to be. */
export async function stowServer(uidOf: (bytes: Uint8Array) => string): Promise<StowServer> {
  const held = new Map<string, Uint8Array>();
  const listed = new Map<string, readonly string[]>();
  const requests: (readonly string[])[] = [];
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') await store(request, response);
    else if (/\/(series\?.*|metadata)$/.test(request.url ?? '')) tell(request, response);
    else retrieve(request, response);
  });
  async function store(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts = partsOf(Buffer.concat(await request.toArray()), request.headers['content-type'] ?? '');
    requests.push(parts.map(uidOf));
    const failed: object[] = [];
    const referenced: object[] = [];
    for (const bytes of parts) {
      const uid = uidOf(bytes);
      const fate = archive.fate(uid);
      const item = (more: object = {}) => ({ '00081155': { vr: 'UI', Value: [uid] }, ...more });
      const code = (tag: string, value: number) => ({ [tag]: { vr: 'US', Value: [value] } });
      if (fate.kind === 'failed') failed.push(item(code('00081197', fate.reason)));
      if (fate.kind === 'duplicate') failed.push(item(code('00081197', 0x0111)));
      if (fate.kind === 'stored') {
        referenced.push(item(fate.warning === undefined ? {} : code('00081196', fate.warning)));
      }
      if (fate.kind === 'kept-otherwise') referenced.push(item());
      if (fate.kind === 'stored' || fate.kind === 'duplicate') held.set(uid, bytes);
      if (fate.kind === 'kept-otherwise') held.set(uid, fate.bytes);
    }
    const sequences = {
      '00081198': { vr: 'SQ', Value: failed },
      '00081199': { vr: 'SQ', Value: referenced },
    };
    response.writeHead(archive.status, { 'content-type': 'application/dicom+json' });
    response.end(JSON.stringify(sequences));
  }
  /** QIDO-RS of the study's series, and the metadata of one. */
  function tell({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const row = (tag: string, uid: string) => ({ [tag]: { vr: 'UI', Value: [uid] } });
    const first = /offset=[1-9]/.exec(url) === null;
    const series = [...listed].map(([uid, members]) => ({
      ...row('0020000E', uid),
      '00201209': { vr: 'IS', Value: [members.length] },
    }));
    const of = url.split('/').at(-2) ?? '';
    const answer = url.endsWith('/metadata')
      ? (listed.get(of) ?? []).map((uid) => row('00080018', uid))
      : series;
    response.writeHead(200, { 'content-type': 'application/dicom+json' });
    response.end(JSON.stringify(first ? answer : []));
  }
  function retrieve(request: IncomingMessage, response: ServerResponse): void {
    const bytes = held.get(request.url?.split('/').at(-1) ?? '');
    if (bytes === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' });
    response.end(
      Buffer.concat([
        Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n'),
        bytes,
        Buffer.from('\r\n--b--'),
      ]),
    );
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const archive: StowServer = {
    dicomWebUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dicom-web`,
    fate: () => ({ kind: 'stored' }),
    status: 200,
    held,
    listed,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return archive;
}

function partsOf(body: Buffer, contentType: string): Buffer[] {
  const boundary = `--${/boundary="?([^";]+)/.exec(contentType)![1]}`;
  const parts: Buffer[] = [];
  for (let at = body.indexOf(boundary); ; ) {
    const start = body.indexOf('\r\n\r\n', at) + 4;
    const end = body.indexOf(`\r\n${boundary}`, start);
    if (start < 4 || end < 0) return parts;
    parts.push(body.subarray(start, end));
    at = end + 2;
  }
}
