import { WebSocket } from 'undici';
import type { SopInstanceUid } from '../../domain/uid.ts';
import { isUid } from '../../domain/uid.ts';
import { dispatcherWith, type Proxies, type TlsTexts } from '../connection/archive-dispatcher.ts';
import type { ChannelEnd, ChannelListener, WorkitemEvent, WorkitemEventType } from './workitem-event.ts';
import { WorklistError } from './worklist.ts';

/** PS3.4 table CC.2.4-1. */
const EVENT_TYPES: Readonly<Record<number, WorkitemEventType>> = {
  1: 'state',
  2: 'cancel-requested',
  3: 'progress',
  4: 'server',
  5: 'assigned',
};

export interface EventChannelOptions extends ChannelListener {
  /** ws or wss. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsTexts;
  readonly proxies: Proxies | null;
}

/** An event has a few hundred bytes. */
const MOST_MESSAGE_BYTES = 64 * 1024;
/** A worklist of a large hospital tells some events a second. */
const [FLOOD, FLOOD_WINDOW_MS] = [2_000, 10_000];
/** Messages in a row that are no events. */
const MOST_GARBAGE = 20;

/**
 * Follows an event channel (PS3.18 8.10.4) until it ends. Nothing of a message is kept.
 * @throws WorklistError where it cannot be opened.
 */
export async function followEvents(options: EventChannelOptions): Promise<ChannelEnd> {
  const { url, headers, tls, proxies, onEvent, onOpen, signal, openTimeoutMs, silenceMs } = options;
  // Upgraded, a connection is no longer its dispatcher's: what was opened is kept, to be cut off.
  const sockets: { destroy(): unknown }[] = [];
  const dispatcher = dispatcherWith(
    {
      proxies,
      pool: { allowH2: false, headersTimeout: openTimeoutMs },
      connectTimeoutMs: openTimeoutMs,
      onSocket: (each) => sockets.push(each),
      tunnels: true,
      webSocket: { maxPayloadSize: MOST_MESSAGE_BYTES },
    },
    tls,
  );
  const socket = new WebSocket(url, { dispatcher, headers });
  const ended = Promise.withResolvers<ChannelEnd>();
  let isOpen = false;
  let timer = setTimeout(
    () => ended.reject(new WorklistError('event channel: not open in time')),
    openTimeoutMs,
  );
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => ended.resolve('silent'), silenceMs);
  };
  const judge = messageJudge();
  socket.addEventListener('open', () => {
    isOpen = true;
    heard();
    onOpen(url);
  });
  socket.addEventListener('message', ({ data }) => {
    heard();
    const event = eventOf(data);
    const verdict = judge(event !== null);
    if (verdict !== null) return ended.resolve(verdict);
    if (event !== null) onEvent(event);
  });
  // The event itself may carry what the peer sent.
  const failed = () =>
    isOpen ? ended.resolve('closed') : ended.reject(new WorklistError('event channel: refused'));
  socket.addEventListener('error', failed);
  socket.addEventListener('close', failed);
  const stop = () => ended.resolve('stopped');
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await ended.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    // A dead peer answers no close.
    for (const each of sockets) each.destroy();
    await dispatcher.destroy().catch(() => undefined);
  }
}

/** Says when a channel is to be left. */
function messageJudge(): (isEvent: boolean) => 'flood' | 'garbage' | null {
  let [garbage, inWindow, windowFrom] = [0, 0, performance.now()];
  return (isEvent) => {
    const now = performance.now();
    if (now - windowFrom > FLOOD_WINDOW_MS) [inWindow, windowFrom] = [0, now];
    inWindow += 1;
    garbage = isEvent ? 0 : garbage + 1;
    if (garbage > MOST_GARBAGE) return 'garbage';
    return inWindow > FLOOD ? 'flood' : null;
  };
}

/** PS3.18 11.13; null of anything else. */
function eventOf(data: unknown): WorkitemEvent | null {
  if (typeof data !== 'string') return null;
  try {
    const parsed: unknown = JSON.parse(data);
    const workitem = firstValue(parsed, '00001000');
    const type = EVENT_TYPES[Number(firstValue(parsed, '00001002'))];
    if (typeof workitem !== 'string' || !isUid(workitem) || type === undefined) return null;
    return { type, workitem: workitem as SopInstanceUid };
  } catch {
    return null;
  }
}

function firstValue(dataSet: unknown, tag: string): unknown {
  const element = (dataSet as Readonly<Record<string, { readonly Value?: unknown }>> | null)?.[tag];
  return Array.isArray(element?.Value) ? element.Value[0] : undefined;
}
