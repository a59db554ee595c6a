import { type Check, found, lacking, ownWay } from './check.ts';
import type { Examined } from './examined.ts';

/** UPS-RS (PS3.18 chapter 11): a plain search for workitems. The service does without: it polls. */
export async function examineWorklist({ http, signal }: Examined): Promise<Check> {
  const path = '/workitems?limit=1';
  const accept = 'application/dicom+json';
  const { status } = await http.ask({ call: 'examine', path, accept, statuses: 'any', signal });
  if (status === 200 || status === 204)
    return found('UPS-RS', `answers a search for workitems (HTTP ${status})`);
  if (status === 401 || status === 403)
    return ownWay('UPS-RS', `there, and not for this service (HTTP ${status})`);
  return lacking(
    'UPS-RS',
    `not there (HTTP ${status}): studies are noticed by polling, or asked for over the API`,
  );
}
