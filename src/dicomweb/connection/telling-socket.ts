import type { buildConnector } from 'undici';

/** Of TCP, or TLS over it. */
export type Connected = NonNullable<Parameters<buildConnector.Callback>[1]>;

/** Connects as another does, and tells of the connection once it is there, TLS and all. */
export function tellingSocket(
  connect: buildConnector.connector,
  tell: (socket: Connected) => void,
): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...result) => {
      const [, socket] = result;
      if (socket) tell(socket);
      callback(...result);
    });
}

/** Until when the certificate is valid that a peer shows (RFC 5280 4.1.2.5); null where it shows none. */
export function certificateEnd(socket: Connected): Date | null {
  if (!('getPeerCertificate' in socket)) return null;
  const validTo = new Date(socket.getPeerCertificate().valid_to);
  return Number.isNaN(validTo.getTime()) ? null : validTo;
}
