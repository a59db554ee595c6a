import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { type Connected, tellingSocket } from './telling-socket.ts';

/** In PEM, as they are now. */
export interface TlsTexts {
  /** Authorities of the archive's certificate, in place of the system's. */
  readonly ca?: string;
  /** What this service shows the archive, and its key. */
  readonly cert?: string;
  readonly key?: string;
}

/** Proxies on the way to http and https addresses; null: none. */
export interface Proxies {
  readonly http: string | null;
  readonly https: string | null;
  /** Hosts that are reached without, as NO_PROXY lists them. */
  readonly except: string;
}

export interface DispatcherOptions {
  readonly tls: { now(): TlsTexts } | null;
  readonly proxies: Proxies | null;
  readonly pool: Pool.Options;
  readonly connectTimeoutMs: number;
  /** Told of every connection, to a proxy too. */
  readonly onSocket: (socket: Connected) => void;
  /** Proxies are asked for a tunnel to http addresses, too: a connection that is upgraded needs it (RFC 6455 4.1). */
  readonly tunnels?: boolean;
  /** Of messages over WebSocket. */
  readonly webSocket?: Agent.Options['webSocket'];
}

/** Connections to the archive. */
export interface ArchiveDispatcher {
  /** For the next request: another one once certificates have been renewed; requests under way end on the old one. */
  current(): Dispatcher;
  destroy(): Promise<void>;
}

/** HTTP/1.1, one request a connection at a time, by a proxy where one is named. */
export function archiveDispatcher(options: DispatcherOptions): ArchiveDispatcher {
  const { tls } = options;
  let texts = tls?.now() ?? {};
  let dispatcher = dispatcherWith(options, texts);
  const ending = new Set<Promise<void>>();
  return {
    current() {
      const now = tls?.now() ?? texts;
      if (now !== texts) {
        const ended = dispatcher.close().catch(() => undefined);
        ending.add(ended);
        ended.finally(() => ending.delete(ended));
        dispatcher = dispatcherWith(options, now);
        texts = now;
      }
      return dispatcher;
    },
    async destroy() {
      await dispatcher.destroy();
      await Promise.all(ending);
    },
  };
}

/** Of these certificates. */
export function dispatcherWith(
  {
    proxies,
    pool,
    connectTimeoutMs,
    onSocket,
    tunnels = false,
    webSocket = {},
  }: Omit<DispatcherOptions, 'tls'>,
  texts: TlsTexts,
): Dispatcher {
  // A proxy's own connections come with a connector that goes through it.
  const factory = (origin: string | URL, { connect, ...given }: Pool.Options) =>
    new Pool(origin, {
      ...given,
      ...pool,
      connect: tellingSocket(connect as buildConnector.connector, onSocket),
    });
  const connect = buildConnector({ timeout: connectTimeoutMs, allowH2: false, ...texts });
  // Its types know one kind of options for agents and pools.
  const agent = { ...pool, factory: factory as never, connect, webSocket };
  if (proxies === null) return new Agent(agent);
  return new EnvHttpProxyAgent({
    ...agent,
    connectTimeout: connectTimeoutMs,
    proxyTunnel: tunnels,
    requestTls: { ...texts, timeout: connectTimeoutMs },
    // Never asked of the environment, which src/config alone reads.
    httpProxy: proxies.http ?? '',
    httpsProxy: proxies.https ?? '',
    noProxy: proxies.except,
  });
}
