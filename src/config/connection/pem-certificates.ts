import { X509Certificate } from 'node:crypto';

const BEGIN = '-----BEGIN CERTIFICATE-----';

/** The certificates of a text in PEM, in its order; none where one of them cannot be read. */
export function certificatesIn(text: string): readonly X509Certificate[] {
  const [, ...certificates] = text.split(BEGIN);
  try {
    // Of each the part to its end is read.
    return certificates.map((pem) => new X509Certificate(BEGIN + pem));
  } catch {
    return [];
  }
}

/** Until when a chain is of use: its first certificate to end. Null where there is none. */
export function firstEnd(pem: string): Date | null {
  return endsIn(pem).at(0) ?? null;
}

/** Until when one of several authorities is valid: the last of them to end. Null where there is none. */
export function lastEnd(pem: string): Date | null {
  return endsIn(pem).at(-1) ?? null;
}

function endsIn(pem: string): readonly Date[] {
  return certificatesIn(pem)
    .map(({ validToDate }) => validToDate)
    .sort((one, other) => one.getTime() - other.getTime());
}
