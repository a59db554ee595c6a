import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/**
 * What stands before a server on loopback, with TLS where it has certificates, as a gateway does: bytes go through as they
 * are, but that a server behind TLS, which does not know of it, names addresses of WebSockets without.
 */
export async function recordedFront(port: number, tls: TlsOptions | null = null) {
  /** What clients sent, in order. */
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const pass = (socket: Socket) => {
    const far = connect(port, '127.0.0.1');
    for (const each of [socket, far]) {
      sockets.add(each);
      each.on('error', () => undefined);
      each.on('close', () => {
        socket.destroy();
        far.destroy();
      });
    }
    socket.on('data', (bytes: Buffer) => heard.push(bytes.toString('latin1')));
    socket
      .pipe(far)
      .pipe(overTls(tls !== null))
      .pipe(socket);
  };
  const server = tls === null ? createServer(pass) : createTlsServer(tls, pass);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    heard: heard as readonly string[],
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function overTls(is: boolean): Transform {
  return new Transform({
    transform(bytes: Buffer, _, done) {
      const text = bytes.toString('latin1');
      done(null, is ? Buffer.from(text.replace('Location: ws://', 'Location: wss://'), 'latin1') : bytes);
    },
  });
}
