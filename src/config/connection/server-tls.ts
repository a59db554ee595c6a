import { createPrivateKey } from 'node:crypto';
import type { Secret, SettingReader } from '../setting.ts';
import { certificatesIn } from './pem-certificates.ts';

/** In PEM. */
interface TlsTexts {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Certificates for connections to a server. */
export interface ServerTls {
  /** As they are now. What files came to hold is heeded once it fits together; until then what they held. */
  now(): TlsTexts;
}

/** Whom to believe, and what to show; null: the system's authorities, and nothing. */
export function serverTls(settings: SettingReader, prefix: string): ServerTls | null {
  const ca = settings.secret(`${prefix}_CA`);
  const cert = settings.secret(`${prefix}_CLIENT_CERT`);
  const key = settings.secret(`${prefix}_CLIENT_KEY`);
  if ((cert === null) !== (key === null)) {
    settings.problems.push(`${prefix}_CLIENT_CERT and ${prefix}_CLIENT_KEY are set together or not at all`);
    return null;
  }
  if (ca === null && cert === null) return null;
  const read = () => textsOf({ ca, cert, key });
  let texts = read();
  const problem = problemOf(prefix, texts);
  if (problem !== null) settings.problems.push(problem);
  return {
    now() {
      const now = read();
      const changed = now.ca !== texts.ca || now.cert !== texts.cert || now.key !== texts.key;
      if (changed && problemOf(prefix, now) === null) texts = now;
      return texts;
    },
  };
}

function textsOf(secrets: Readonly<Record<'ca' | 'cert' | 'key', Secret | null>>): TlsTexts {
  return {
    ...(secrets.ca && { ca: secrets.ca.reveal() }),
    ...(secrets.cert && { cert: secrets.cert.reveal() }),
    ...(secrets.key && { key: secrets.key.reveal() }),
  };
}

/** In words that quote nothing of them; null where they can be used. */
function problemOf(prefix: string, { ca, cert, key }: TlsTexts): string | null {
  if (ca !== undefined && certificatesIn(ca).length === 0) return `${prefix}_CA must be certificates in PEM`;
  if (cert === undefined || key === undefined) return null;
  const [shown] = certificatesIn(cert);
  if (shown === undefined) return `${prefix}_CLIENT_CERT must be a certificate in PEM, with its chain`;
  try {
    if (!shown.checkPrivateKey(createPrivateKey(key)))
      return `${prefix}_CLIENT_KEY is not the key of ${prefix}_CLIENT_CERT`;
  } catch {
    return `${prefix}_CLIENT_KEY must be a private key in PEM, without a passphrase`;
  }
  const end = shown.validToDate;
  return end.getTime() < Date.now() ? `${prefix}_CLIENT_CERT expired at ${end.toISOString()}` : null;
}
