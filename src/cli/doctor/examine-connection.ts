import { isLoopback } from '../../config/loopback.ts';
import { ArchiveError } from '../../dicomweb/archive.ts';
import { connectArchive, type DicomWebArchiveOptions } from '../../dicomweb/archive-connection.ts';
import { type Check, found, lacking, missingBy, notTried, ownWay } from './check.ts';
import type { Examined } from './examined.ts';

/** A certificate that ends sooner is told of: the alert of the service warns as early. */
const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

/** Whether it answers, by which TLS, and what it makes of the credentials. */
export async function examineConnection(examined: Examined): Promise<readonly Check[]> {
  const { archive, options, signal } = examined;
  const startedAt = performance.now();
  try {
    await archive.ping(signal);
  } catch (fault) {
    if (!(fault instanceof ArchiveError && fault.status === 404))
      return [missingBy(partAtFault(fault), fault)];
    // Some answer so where nothing matches a query: what is stored next will tell.
    const words = 'HTTP 404 to a query for studies: it is empty, or PACS_URL is not its DICOMweb root';
    const advice = 'set PACS_URL to the DICOMweb root, below which /studies is, unless the archive is empty';
    return [ownWay('reach', words, { code: 'nothing-found-anywhere', advice })];
  }
  const ms = Math.round(performance.now() - startedAt);
  return [
    found('reach', `answers a query for studies in ${ms} ms`),
    tls(examined),
    await credentials(options, signal),
  ];
}

function partAtFault(fault: unknown): string {
  if (!(fault instanceof ArchiveError)) return 'reach';
  if (fault.code === 'archive-certificate-refused') return 'TLS';
  return fault.code === 'archive-refuses-credentials' ? 'credentials' : 'reach';
}

function tls({ options, certificateValidTo }: Examined): Check {
  const { protocol, hostname } = new URL(options.url);
  if (protocol === 'http:') {
    if (isLoopback(hostname)) return found('TLS', 'none, and none is needed on this machine');
    const advice = 'have the archive speak TLS, and set PACS_URL to https://…';
    return lacking('TLS', 'none: data of patients and credentials go in the clear', { advice });
  }
  const validTo = certificateValidTo();
  if (validTo === null) return found('TLS', 'the certificate is accepted');
  const days = Math.floor((validTo.getTime() - Date.now()) / DAY_MS);
  const words = `the certificate is accepted, and valid until ${validTo.toISOString().slice(0, 10)} (${days} days)`;
  if (days >= SOON_DAYS) return found('TLS', words);
  return lacking('TLS', words, { advice: 'have the archive’s certificate renewed' });
}

/** Credentials that it takes say something only where it answers nobody without. */
async function credentials(options: DicomWebArchiveOptions, signal: AbortSignal): Promise<Check> {
  const { authorization: _, ...anonymous } = options;
  if (options.authorization === undefined) return found('credentials', 'none are set, and it asks for none');
  const http = connectArchive(anonymous);
  try {
    const path = '/studies?limit=1';
    const { status } = await http.ask({
      ...{ call: 'examine', path, accept: 'application/dicom+json', statuses: 'any', signal },
    });
    if (status === 401 || status === 403)
      return found('credentials', 'accepted, and nobody is answered without');
    return status < 300
      ? lacking(
          'credentials',
          'it answers without any: whether those that are set are right cannot be told',
          {
            advice: 'have the archive ask for credentials, or take PACS_… credentials out of the settings',
          },
        )
      : found('credentials', `accepted; without any it answers HTTP ${status}`);
  } catch (fault) {
    if (fault instanceof ArchiveError) return notTried('credentials', fault.message);
    throw fault;
  } finally {
    await http.close();
  }
}
