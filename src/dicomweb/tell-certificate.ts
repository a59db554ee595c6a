import { buildConnector } from 'undici';

/** Connects as undici does, and tells until when the certificate is valid that the archive shows (RFC 5280 4.1.2.5). */
export function connectTellingCertificate(
  timeoutMs: number,
  tell: (validTo: Date) => void,
): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false });
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
