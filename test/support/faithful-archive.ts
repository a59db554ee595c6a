import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { DicomJson } from '../../src/dicom/json/dicom-json.ts';
import { textValue } from '../../src/dicom/json/dicom-json-values.ts';
import { headerJson, parsePart10 } from '../../src/dicom/part10/parse-part10.ts';
import { readMultipart } from '../../src/dicomweb/transfer/multipart-reader.ts';
import { type HeldObject, queryRows } from './faithful-queries.ts';

/** What such an archive can lack, or do otherwise. */
export interface ArchiveTraits {
  /** user:password that it asks for; of another it says 401. */
  credentials?: string;
  /** Of each answer: added to the counts it tells. */
  countsAreOffBy?: number;
  ignoresOffset?: boolean;
  takesNothing?: boolean;
  deletesNothing?: boolean;
  hasWorklist?: boolean;
  /** Answers in place of its own, null to leave it. */
  answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface FaithfulArchive {
  readonly dicomWebUrl: string;
  readonly held: Map<string, HeldObject>;
  readonly traits: ArchiveTraits;
  /** Method and address of each request, in order, with its headers. */
  readonly requests: readonly Pick<IncomingMessage, 'method' | 'url' | 'headers'>[];
  add(bytes: Uint8Array): void;
  close(): Promise<void>;
}

const JSON_TYPE = { 'content-type': 'application/dicom+json' };

/** A small archive on loopback as PS3.18 chapter 10 has it: QIDO-RS, WADO-RS, STOW-RS, and DELETE of a study beside. */
export async function faithfulArchive(
  traits: ArchiveTraits = {},
  tls: {
    readonly key: Buffer;
    readonly cert: Buffer;
    readonly ca?: Buffer;
    readonly requestCert?: boolean;
  } | null = null,
): Promise<FaithfulArchive> {
  const held = new Map<string, HeldObject>();
  const requests: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];
  const add = (bytes: Uint8Array) => {
    const json = headerJson(parsePart10(bytes));
    const uidOf = (tag: string) => textValue(json, tag) ?? '';
    const object = { study: uidOf('0020000D'), series: uidOf('0020000E'), instance: uidOf('00080018') };
    held.set(object.instance, { ...object, json, bytes });
    return object;
  };
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url = '', headers } = request;
    requests.push({ method, url, headers });
    if (traits.answer?.(request, response)) return;
    const body = Buffer.concat(await request.toArray());
    if (traits.credentials !== undefined) {
      const wanted = `Basic ${Buffer.from(traits.credentials).toString('base64')}`;
      if (headers.authorization !== wanted) return void response.writeHead(401).end();
    }
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const path = pathname.replace(/^\/(?:dicom-web|stow)/, '');
    if (method === 'POST' && /^\/studies(\/[\d.]+)?$/.test(path) && !traits.takesNothing) {
      const stored = [];
      for await (const { bytes } of readMultipart(toChunks(body), parts(headers['content-type'])))
        stored.push(add(bytes));
      return void response.writeHead(200, JSON_TYPE).end(JSON.stringify(storeAnswer(stored)));
    }
    if (method === 'DELETE' && !traits.deletesNothing) {
      for (const { study, instance } of held.values())
        if (path === `/studies/${study}`) held.delete(instance);
      return void response.writeHead(204).end();
    }
    if (method !== 'GET') return void response.writeHead(405).end();
    if (path === '/workitems') return void response.writeHead(traits.hasWorklist ? 204 : 404).end();
    const [, study, series, instance, metadata] =
      /^\/studies\/([\d.]+)(?:\/series\/([\d.]+))?(?:\/instances\/([\d.]+))?(\/metadata)?$/.exec(path) ?? [];
    if (study === undefined) {
      if (traits.ignoresOffset) searchParams.delete('offset');
      const rows = queryRows([...held.values()], path, searchParams, traits.countsAreOffBy ?? 0);
      if (rows === null) return void response.writeHead(404).end();
      return void response.writeHead(200, JSON_TYPE).end(JSON.stringify(rows));
    }
    const named = [...held.values()].filter(
      (object) =>
        object.study === study &&
        (series === undefined || object.series === series) &&
        (instance === undefined || object.instance === instance),
    );
    if (named.length === 0) return void response.writeHead(404).end();
    if (metadata !== undefined) {
      return void response.writeHead(200, JSON_TYPE).end(JSON.stringify(named.map(({ json }) => json)));
    }
    sendParts(request, response, named);
  };
  const server = tls === null ? createServer(respond) : createTlsServer(tls, respond);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    dicomWebUrl: `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}/dicom-web`,
    held,
    traits,
    requests,
    add,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** It transcodes nothing: who asks for another syntax than the one that is stored is told so. */
function sendParts(
  { headers }: IncomingMessage,
  response: ServerResponse,
  objects: readonly HeldObject[],
): void {
  const asked = /transfer-syntax="?([\d.*]+)/.exec(String(headers.accept))?.[1] ?? '*';
  const isStored = ({ bytes }: HeldObject) => parsePart10(bytes).string('x00020010') === asked;
  if (asked !== '*' && !objects.every(isStored)) return void response.writeHead(406).end();
  response.writeHead(200, { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' });
  for (const { bytes } of objects) {
    response.write('--b\r\nContent-Type: application/dicom\r\n\r\n');
    response.write(bytes);
    response.write('\r\n');
  }
  response.end('--b--');
}

function storeAnswer(stored: readonly { readonly instance: string }[]): DicomJson {
  const item = ({ instance }: { readonly instance: string }) => ({
    '00081155': { vr: 'UI', Value: [instance] },
  });
  return { '00081199': { vr: 'SQ', Value: stored.map(item) } };
}

function parts(contentType = '') {
  return { boundary: /boundary="?([^";]+)/.exec(contentType)![1]!, maxPartBytes: 1 << 26, call: 'store' };
}

async function* toChunks(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body;
}
