import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Request, type Response } from 'express';
import type { DicomJson, DicomJsonElement } from '../../src/dicom/json/dicom-json.ts';
import { textValue, textValues } from '../../src/dicom/json/dicom-json-values.ts';
import { isUid } from '../../src/domain/uid.ts';
import { finalStateLacks } from './ups-final-state.ts';
import { acceptWebSocket, type WebSocketSide } from './websocket-side.ts';

const STATE = '00741000';
const TRANSACTION_UID = '00081195';
const GLOBAL = '1.2.840.10008.5.1.4.34.5';
const FILTERED = '1.2.840.10008.5.1.4.34.5.1';
/** What may be asked for here, by keyword. */
const KEYWORDS: Readonly<Record<string, string>> = {
  ProcedureStepState: STATE,
  WorklistLabel: '00741202',
  ScheduledWorkitemCodeSequence: '00404018',
  ScheduledStationNameCodeSequence: '00404025',
  CodeValue: '00080100',
  CodingSchemeDesignator: '00080102',
};

/** Ways of servers, which differ. */
export interface UpsServerWays {
  /** Where an update carries the Transaction UID; `bare`: as the whole query. */
  readonly transactionUid?: 'transaction-uid' | 'transaction' | 'Transaction-UID' | 'bare' | 'data-set';
  readonly payload?: 'array' | 'alone';
  /** Refuses the keys of sequences, or falls over them. */
  readonly refusesKeys?: 400 | 500;
  /** Where a new workitem's UID stands; `data-set`: there alone, and a query is refused. */
  readonly newUid?: 'bare' | 'workitem' | 'data-set';
  /** Updates come by PUT, and POST to a workitem asks for its cancelation, as py-ups-rs has it. */
  readonly updatesByPut?: boolean;
  /** Answers 500 to an array. */
  readonly fallsOverArray?: boolean;
  /** Below a path, the event channel at the root of the host, and nothing said of where, as raccoon-dicom has it. */
  readonly channelAtRoot?: boolean;
  /** Shows everything, whatever was asked. */
  readonly ignoresKeys?: boolean;
}

/** What the event channel does. */
export type ChannelTemper = 'good' | 'refused' | 'dead' | 'garbage' | 'flood';

export type UpsServer = Awaited<ReturnType<typeof startUpsServer>>;

/**
 * An UPS-RS server in memory that holds to PS3.18 chapter 11 and PS3.4 CC: states and their changes, the Transaction
 * UID, what a final state asks for, subscriptions, and the event channel over WebSocket.
 */
export async function startUpsServer(ways: UpsServerWays = {}) {
  const steps = new Map<string, { dataSet: DicomJson; transactionUid: string | null }>();
  const subscribers = new Set<string>();
  const channels = new Map<string, Set<WebSocketSide>>();
  const asked: { readonly method: string; readonly url: string }[] = [];
  const said: { temper: ChannelTemper; fails: (method: string, url: string) => boolean; status: number } = {
    temper: 'good',
    fails: () => false,
    status: 503,
  };
  const app = express();
  app.use((request, response, next) => {
    asked.push({ method: request.method, url: request.url });
    if (said.fails(request.method, request.url)) return void response.status(said.status).end();
    next();
  });
  app.use(express.json({ type: () => true, limit: '10mb', strict: false }));
  app.use((request, response, next) => {
    if (ways.fallsOverArray === true && Array.isArray(request.body)) return void response.status(500).end();
    next();
  });

  const tell = (uid: string, type: number, more: DicomJson) => {
    if (said.temper !== 'good') return;
    const event = JSON.stringify({
      '00000002': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.34.6.4'] },
      '00001000': { vr: 'UI', Value: [uid] },
      '00001002': { vr: 'US', Value: [type] },
      ...more,
    });
    for (const aeTitle of subscribers) for (const channel of channels.get(aeTitle) ?? []) channel.send(event);
  };
  const tellState = (uid: string) => {
    const { dataSet } = steps.get(uid)!;
    tell(uid, 1, { [STATE]: dataSet[STATE]!, '00404041': dataSet['00404041'] ?? cs('READY') });
  };
  const become = (uid: string, state: string, more: DicomJson = {}) => {
    const step = steps.get(uid)!;
    step.dataSet = { ...step.dataSet, ...more, [STATE]: cs(state) };
    tellState(uid);
  };
  const create = (uid: string, dataSet: DicomJson) => {
    steps.set(uid, {
      dataSet: { ...dataSet, '00080018': ui(uid), [STATE]: cs('SCHEDULED') },
      transactionUid: null,
    });
    tellState(uid);
  };
  const warned = (response: Response, status: number, words: string) =>
    void response.status(status).set('Warning', `299 ups: ${words}`).end();
  const payloadOf = ({ body }: Request): DicomJson | null => {
    const isArray = Array.isArray(body);
    if ((ways.payload ?? 'array') === 'array' ? !isArray : isArray) return null;
    return isArray ? ((body as DicomJson[])[0] ?? null) : (body as DicomJson);
  };

  app.get('/workitems', (request, response) => {
    const { limit = '100', offset = '0', includefield: _, ...keys } = request.query as Record<string, string>;
    if (ways.refusesKeys !== undefined && Object.keys(keys).some((key) => key.includes('.'))) {
      return void response.status(ways.refusesKeys).end();
    }
    const matching = [...steps.values()]
      .map(({ dataSet }) => dataSet)
      .filter(
        (each) =>
          ways.ignoresKeys === true ||
          Object.entries(keys).every(([key, value]) => matches(each, key.split('.'), value)),
      )
      .slice(Number(offset), Number(offset) + Number(limit));
    if (matching.length === 0) return void response.status(204).end();
    response.type('application/dicom+json').send(JSON.stringify(matching));
  });
  app.post('/workitems', (request, response) => {
    const dataSet = payloadOf(request);
    const query = request.originalUrl.split('?')[1];
    const inDataSet = textValue(dataSet ?? {}, '00080018');
    const asked = {
      bare: query ?? inDataSet,
      workitem: query === undefined ? inDataSet : new URLSearchParams(query).get('workitem'),
      'data-set': query === undefined ? inDataSet : null,
    };
    const uid = asked[ways.newUid ?? 'bare'];
    if (dataSet === null || !uid || !isUid(uid) || textValue(dataSet, STATE) !== 'SCHEDULED')
      return void response.status(400).end();
    if (steps.has(uid)) return void response.status(409).end();
    create(uid, dataSet);
    response.status(201).set('Location', `/workitems/${uid}`).end();
  });
  app.get('/workitems/:uid', (request, response) => {
    const step = steps.get(request.params.uid);
    if (step === undefined) return void response.status(404).end();
    response.type('application/dicom+json').send(JSON.stringify([step.dataSet]));
  });
  const cancelByPost = (request: Request<{ uid: string }>, response: Response) => {
    const step = steps.get(request.params.uid);
    if (step === undefined) return void response.status(404).end();
    if (textValue(step.dataSet, STATE) !== 'SCHEDULED') return void response.status(409).end();
    become(request.params.uid, 'CANCELED');
    response.status(202).end();
  };
  const update = (request: Request<{ uid: string }>, response: Response) => {
    const step = steps.get(request.params.uid);
    const changes = payloadOf(request);
    if (step === undefined) return void response.status(404).end();
    if (changes === null || changes[STATE] !== undefined) return void response.status(400).end();
    const { [TRANSACTION_UID]: inDataSet, ...rest } = changes;
    const where = ways.transactionUid ?? 'transaction-uid';
    const query = request.originalUrl.split('?')[1] ?? '';
    const proof =
      where === 'data-set'
        ? inDataSet?.Value?.[0]
        : where === 'bare'
          ? query
          : new URLSearchParams(query).get(where);
    const state = textValue(step.dataSet, STATE);
    if (state === 'COMPLETED' || state === 'CANCELED') {
      return warned(
        response,
        400,
        'The submitted request is inconsistent with the current state of the Workitem.',
      );
    }
    if ((proof || null) !== step.transactionUid) {
      return warned(response, 400, 'The target URI did not reference a claimed Workitem.');
    }
    step.dataSet = { ...step.dataSet, ...rest };
    if (rest['00741002'] !== undefined) tell(request.params.uid, 3, { '00741002': rest['00741002'] });
    response.status(200).end();
  };
  app.post('/workitems/:uid', ways.updatesByPut === true ? cancelByPost : update);
  if (ways.updatesByPut === true) app.put('/workitems/:uid', update);
  app.put('/workitems/:uid/state', (request, response) => {
    const { uid } = request.params;
    const step = steps.get(uid);
    const asks = payloadOf(request);
    if (step === undefined) return void response.status(404).end();
    if (asks === null) return void response.status(400).end();
    const [wanted, proof] = [textValue(asks, STATE), textValue(asks, TRANSACTION_UID)];
    const state = textValue(step.dataSet, STATE);
    const inconsistent = 'The submitted request is inconsistent with the state of the UPS Instance.';
    if (proof === null) return warned(response, 400, 'The Transaction UID is missing.');
    if (state === 'COMPLETED' || state === 'CANCELED') {
      if (wanted === state)
        return warned(response, 409, `The UPS is already in the requested state of ${state}.`);
      return warned(response, 409, inconsistent);
    }
    if (state === 'IN PROGRESS' && proof !== step.transactionUid) {
      return warned(response, 400, 'The Transaction UID is incorrect.');
    }
    const legal =
      state === 'SCHEDULED' ? wanted === 'IN PROGRESS' : wanted === 'COMPLETED' || wanted === 'CANCELED';
    if (!legal) return warned(response, 409, inconsistent);
    if (wanted !== 'IN PROGRESS') {
      const lacks = finalStateLacks(step.dataSet, wanted);
      if (lacks.length > 0)
        return warned(response, 409, `The UPS has not met final state requirements: ${lacks}`);
    }
    step.transactionUid = proof;
    become(uid, wanted!);
    response.status(200).end();
  });
  app.post('/workitems/:uid/cancelrequest', (request, response) => {
    const { uid } = request.params;
    const step = steps.get(uid);
    if (step === undefined) return void response.status(404).end();
    const state = textValue(step.dataSet, STATE);
    if (state === 'CANCELED')
      return warned(response, 409, 'The UPS is already in the requested state of CANCELED.');
    if (state === 'COMPLETED') return warned(response, 409, 'The UPS is already COMPLETED.');
    if (state === 'SCHEDULED') become(uid, 'CANCELED');
    else if (subscribers.size === 0) return warned(response, 409, 'The performer cannot be contacted.');
    else tell(uid, 2, { '00741236': { vr: 'AE', Value: ['TEST'] } });
    response.status(202).end();
  });
  app.post('/workitems/:uid/subscribers/:aeTitle', (request, response) => {
    const { uid, aeTitle } = request.params;
    if (uid !== GLOBAL && uid !== FILTERED) return void response.status(404).end();
    if (uid === FILTERED && typeof request.query['filter'] !== 'string')
      return void response.status(400).end();
    subscribers.add(aeTitle);
    if (ways.channelAtRoot !== true) {
      response.set('Content-Location', `ws://${request.headers.host}/channel/${aeTitle}`);
    }
    response.status(201).end();
  });
  app.delete('/workitems/:uid/subscribers/:aeTitle', (request, response) => {
    response.status(subscribers.delete(request.params.aeTitle) ? 200 : 404).end();
  });

  const base = ways.channelAtRoot === true ? '/dicom-web' : '';
  const server = express()
    .use(base === '' ? '/' : base, app)
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.on('upgrade', (request, socket) => {
    const isThere = ways.channelAtRoot !== true || /^\/ws\/subscribers\/[^/]+$/.test(request.url!);
    if (said.temper === 'refused' || !isThere)
      return void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    const aeTitle = decodeURIComponent(request.url!.split('/').at(-1)!);
    const channel = acceptWebSocket(request, socket);
    const open = channels.get(aeTitle) ?? new Set();
    channels.set(aeTitle, open.add(channel));
    socket.on('close', () => open.delete(channel));
    if (said.temper === 'garbage') {
      for (let i = 0; i < 100; i += 1)
        channel.send(['{"00001000":', '[]', 'null', '{"a": {"Value": [{}]}}'][i % 4]!);
      channel.sendRaw(Buffer.from([0xff, 0xff, 0x00, 0x13, 0x37]));
    }
    if (said.temper === 'flood') for (let i = 0; i < 20_000; i += 1) channel.send(FLOOD_EVENT);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    said,
    asked,
    create,
    /** AE titles. */
    subscribed: () => [...subscribers],
    /** Open channels. */
    channels: () => [...channels.values()].reduce((sum, open) => sum + open.size, 0),
    dropChannels() {
      for (const open of channels.values()) for (const channel of open) channel.close();
    },
    all: () => [...steps.keys()],
    step: (uid: string) => steps.get(uid)?.dataSet ?? {},
    state: (uid: string) => textValue(steps.get(uid)?.dataSet ?? {}, STATE),
    /** By another performer. */
    claim(uid: string, transactionUid: string) {
      steps.get(uid)!.transactionUid = transactionUid;
      become(uid, 'IN PROGRESS');
    },
    /** By the server itself, as PS3.4 CC.2.1.3 allows. */
    cancel: (uid: string) => become(uid, 'CANCELED'),
    forget: (uid: string) => void steps.delete(uid),
    async close() {
      for (const open of channels.values()) for (const channel of open) channel.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const FLOOD_EVENT = JSON.stringify({
  '00001000': { vr: 'UI', Value: ['2.25.1'] },
  '00001002': { vr: 'US', Value: [3] },
});

const cs = (value: string): DicomJsonElement => ({ vr: 'CS', Value: [value] });
const ui = (value: string): DicomJsonElement => ({ vr: 'UI', Value: [value] });

/** Single value matching, in sequences too (PS3.4 C.2.2.2). */
function matches(dataSet: DicomJson, [key = '', ...inside]: readonly string[], value: string): boolean {
  const tag = KEYWORDS[key] ?? key;
  if (inside.length === 0) return textValues(dataSet, tag).includes(value);
  return (dataSet[tag]?.Value ?? []).some((item) => matches(item as DicomJson, inside, value));
}
