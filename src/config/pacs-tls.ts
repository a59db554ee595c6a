import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Secret, SettingReader } from './setting.ts';

/** In PEM. */
interface TlsTexts {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Certificates for connections to the archive. */
export interface PacsTls {
  /** As they are now. What files came to hold is heeded once it fits together; until then what they held. */
  now(): TlsTexts;
}

const BEGIN = '-----BEGIN CERTIFICATE-----';

/** Whom to believe, and what to show; null: the system's authorities, and nothing. */
export function pacsTls(settings: SettingReader): PacsTls | null {
  const ca = settings.secret('PACS_CA');
  const cert = settings.secret('PACS_CLIENT_CERT');
  const key = settings.secret('PACS_CLIENT_KEY');
  if ((cert === null) !== (key === null)) {
    settings.problems.push('PACS_CLIENT_CERT and PACS_CLIENT_KEY are set together or not at all');
    return null;
  }
  if (ca === null && cert === null) return null;
  const read = () => textsOf({ ca, cert, key });
  let texts = read();
  const problem = problemOf(texts);
  if (problem !== null) settings.problems.push(problem);
  return {
    now() {
      const now = read();
      const changed = now.ca !== texts.ca || now.cert !== texts.cert || now.key !== texts.key;
      if (changed && problemOf(now) === null) texts = now;
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
function problemOf({ ca, cert, key }: TlsTexts): string | null {
  if (ca !== undefined && !isMadeOfCertificates(ca)) return 'PACS_CA must be certificates in PEM';
  if (cert === undefined || key === undefined) return null;
  if (!isMadeOfCertificates(cert)) return 'PACS_CLIENT_CERT must be a certificate in PEM, with its chain';
  try {
    const fits = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
    return fits ? null : 'PACS_CLIENT_KEY is not the key of PACS_CLIENT_CERT';
  } catch {
    return 'PACS_CLIENT_KEY must be a private key in PEM, without a passphrase';
  }
}

function isMadeOfCertificates(text: string): boolean {
  const [, ...certificates] = text.split(BEGIN);
  try {
    // Of each the part to its end is read.
    return (
      certificates.length > 0 && certificates.every((pem) => new X509Certificate(BEGIN + pem).raw.length > 0)
    );
  } catch {
    return false;
  }
}
