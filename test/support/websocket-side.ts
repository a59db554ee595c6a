import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** RFC 6455 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The server's side of a WebSocket (RFC 6455): what it sends are text frames, what comes it drops. */
export interface WebSocketSide {
  send(text: string): void;
  /** As it is, whatever a frame should look like. */
  sendRaw(bytes: Uint8Array): void;
  close(): void;
}

export function acceptWebSocket(request: IncomingMessage, socket: Duplex): WebSocketSide {
  const key = `${request.headers['sec-websocket-key']}${GUID}`;
  const accept = createHash('sha1').update(key).digest('base64');
  // A server's sockets are left half open otherwise.
  socket
    .on('error', () => undefined)
    .on('end', () => socket.end())
    .resume();
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  return {
    send(text) {
      const payload = Buffer.from(text);
      const { length } = payload;
      const head =
        length < 126 ? Buffer.from([0x81, length]) : Buffer.from([0x81, 126, length >> 8, length & 0xff]);
      socket.write(Buffer.concat([head, payload]));
    },
    sendRaw: (bytes) => void socket.write(bytes),
    close: () => void socket.destroy(),
  };
}
