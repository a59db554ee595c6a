import type { buildConnector } from 'undici';

/** Connects as another does, and tells until when the certificate is valid that the archive shows (RFC 5280 4.1.2.5). */
export function tellingCertificate(
  connect: buildConnector.connector,
  tell: (validTo: Date) => void,
): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...result) => {
      const [, socket] = result;
      if (socket && 'getPeerCertificate' in socket) {
        const validTo = new Date(socket.getPeerCertificate().valid_to);
        if (!Number.isNaN(validTo.getTime())) tell(validTo);
      }
      callback(...result);
    });
}
