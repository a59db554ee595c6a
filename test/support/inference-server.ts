import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as ort from 'onnxruntime-node';

ort.env.logLevel = 'fatal';

/** A model as the server has it. */
export interface ServedModel {
  readonly bytes: Uint8Array;
  version: string;
}

export interface AskedOfServer {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: number;
  /** Whether the client ended the connection before it was answered. */
  tornDown: boolean;
}

type Json = Record<string, unknown>;

/** What is done with a request in the place of an answer. */
export type Treatment =
  | 'hang'
  | 'cut'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string | Buffer }
  | null;

/** An inference server that speaks the Open Inference Protocol v2 as Triton and KServe do, on loopback, on real ONNX networks. */
export interface InferenceServerForTests {
  readonly url: string;
  readonly models: Map<string, ServedModel>;
  readonly requests: readonly AskedOfServer[];
  /** Whether it has the binary tensor data extension. */
  binary: boolean;
  ready: boolean;
  treat: (request: AskedOfServer) => Treatment;
  /** What becomes of the JSON of an inference answer. */
  rewrite: (json: Json) => Json;
  /** Ends every connection and listens no more; `start` listens at the same port again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function inferenceServerForTests(
  tls: { readonly key: Buffer; readonly cert: Buffer } | null = null,
): Promise<InferenceServerForTests> {
  const requests: AskedOfServer[] = [];
  const sessions = new Map<ServedModel, Promise<ort.InferenceSession>>();
  const session = (model: ServedModel) => {
    const loaded = sessions.get(model) ?? ort.InferenceSession.create(model.bytes, { intraOpNumThreads: 1 });
    sessions.set(model, loaded);
    return loaded;
  };
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    void answer(request, response).catch((error: Error) =>
      say(response, 500, { error: error.message.slice(0, 200) }),
    );
  let listening = tls === null ? createServer(handle) : createTlsServer(tls, handle);
  let port = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const asked: AskedOfServer = {
      ...{ method: request.method!, path: request.url!, headers: request.headers },
      ...{ bytes: body.length, tornDown: false },
    };
    requests.push(asked);
    response.on('close', () => {
      asked.tornDown = !response.writableEnded;
    });
    const treatment = server.treat(asked);
    if (treatment === 'hang') return;
    if (treatment === 'cut') return void request.socket.destroy();
    if (treatment !== null) {
      response.writeHead(treatment.status, treatment.headers).end(treatment.body);
      return;
    }
    if (asked.path === '/v2/health/live') return say(response, 200, { live: true });
    if (asked.path === '/v2/health/ready')
      return say(response, server.ready ? 200 : 503, { ready: server.ready });
    if (asked.path === '/v2') {
      const extensions = server.binary ? ['model_repository', 'binary_tensor_data'] : ['model_repository'];
      return say(response, 200, { name: 'for-tests', version: '1.2.3', extensions });
    }
    const [, name, version, what] =
      /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(ready|infer))?$/.exec(asked.path) ?? [];
    const model = server.models.get(name ?? '');
    if (model === undefined || (version !== undefined && version !== model.version)) {
      return say(response, 404, { error: `Model ${name} is not found` });
    }
    if (what === 'ready') return say(response, 200, { name, ready: true });
    const loaded = await session(model);
    if (what === undefined) return say(response, 200, metadata(name!, model, loaded));
    await infer(response, request, body, name!, model, loaded);
  }

  async function infer(
    response: ServerResponse,
    request: IncomingMessage,
    body: Buffer,
    name: string,
    model: ServedModel,
    loaded: ort.InferenceSession,
  ): Promise<void> {
    const header = request.headers['inference-header-content-length'];
    if (header !== undefined && !server.binary) return say(response, 400, { error: 'binary is not spoken' });
    const length = header === undefined ? body.length : Number(header);
    const asked = JSON.parse(body.toString('utf8', 0, length)) as {
      id?: string;
      inputs: Json[];
      outputs?: Json[];
    };
    let at = length;
    const feeds = asked.inputs.map((input) => {
      const size = (input['parameters'] as { binary_data_size?: number } | undefined)?.binary_data_size;
      const raw = size === undefined ? null : body.subarray(at, at + size);
      at += size ?? 0;
      const data = raw === null ? Float32Array.from(input['data'] as number[]) : floats(raw);
      return [input['name'] as string, new ort.Tensor('float32', data, input['shape'] as number[])] as const;
    });
    const results = await loaded.run(Object.fromEntries(feeds));
    const raws: Buffer[] = [];
    const outputs = (asked.outputs ?? []).map((output) => {
      const { data, dims } = results[output['name'] as string]!;
      const told = { name: output['name'], datatype: 'FP32', shape: dims };
      if ((output['parameters'] as { binary_data?: boolean } | undefined)?.binary_data !== true)
        return { ...told, data: Array.from(data as Float32Array) };
      const { buffer, byteOffset, byteLength } = data as Float32Array;
      raws.push(Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength));
      return { ...told, parameters: { binary_data_size: byteLength } };
    });
    const told = { model_name: name, model_version: model.version, id: asked.id, outputs };
    const json = Buffer.from(JSON.stringify(server.rewrite(told)));
    if (raws.length > 0) response.setHeader('Inference-Header-Content-Length', json.length);
    response.end(Buffer.concat([json, ...raws]));
  }

  const server: InferenceServerForTests = {
    get url() {
      return `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`;
    },
    models: new Map(),
    requests,
    binary: true,
    ready: true,
    treat: () => null,
    rewrite: (json) => json,
    async stop() {
      const closed = once(listening, 'close');
      listening.close();
      listening.closeAllConnections();
      await closed;
    },
    async start() {
      listening = tls === null ? createServer(handle) : createTlsServer(tls, handle);
      listening.listen(port, '127.0.0.1');
      await once(listening, 'listening');
      port = (listening.address() as AddressInfo).port;
    },
  };
  await server.start();
  return server;
}

function metadata(name: string, { version }: ServedModel, loaded: ort.InferenceSession): Json {
  const told = (values: readonly ort.InferenceSession.ValueMetadata[]) =>
    values.map((value) => ({
      name: value.name,
      datatype: value.isTensor && value.type === 'float32' ? 'FP32' : 'INT64',
      shape: value.isTensor ? value.shape.map((dim) => (typeof dim === 'number' ? dim : -1)) : [],
    }));
  const [inputs, outputs] = [told(loaded.inputMetadata), told(loaded.outputMetadata)];
  return { name, versions: [version], platform: 'onnxruntime_onnx', inputs, outputs };
}

function say(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function floats(raw: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(raw).buffer);
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
