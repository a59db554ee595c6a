import type { WorklistSettings } from '../../config/worklist-settings.ts';
import { followSubscription } from '../../dicomweb/ups/subscription.ts';
import { FILTERED, GLOBAL, upsWorklist } from '../../dicomweb/ups/ups-worklist.ts';
import { WorklistError } from '../../dicomweb/ups/worklist.ts';
import { matchingKeys } from '../../worklist/which-steps.ts';
import { type Check, found, lacking, notTried } from './check.ts';
import type { Examined } from './examined.ts';

const NAME = 'event channel';
/** The AE title of the settings is the service's own: a worklist may keep one channel of each. */
const OWN_AE_TITLE = 'SPINEGRADE-TEST';
const OPEN_TIMEOUT_MS = 5_000;

/** Subscribes as an AE of its own, opens the channel (PS3.18 11.10, 8.10.4), and unsubscribes. */
export async function examineChannel(
  { http, options, signal }: Pick<Examined, 'http' | 'options' | 'signal'>,
  settings: WorklistSettings,
): Promise<Check> {
  if (!settings.subscribes) return notTried(NAME, 'WORKLIST_SUBSCRIBE is off');
  const worklist = upsWorklist(options);
  const stop = new AbortController();
  let opened: string | null = null;
  try {
    await followSubscription(worklist, OWN_AE_TITLE, matchingKeys(settings), {
      ...{ signal: AbortSignal.any([signal, stop.signal]), onEvent: () => undefined },
      ...{ openTimeoutMs: OPEN_TIMEOUT_MS, silenceMs: OPEN_TIMEOUT_MS },
      onOpen(url) {
        opened = url;
        stop.abort();
      },
    });
  } catch (fault) {
    if (!(fault instanceof WorklistError)) throw fault;
    const otherwise = `steps are found by asking every ${settings.pollMs / 1000} s`;
    return lacking(NAME, `${fault.message}: ${otherwise}`, { code: 'worklist-fault' });
  } finally {
    await Promise.all([worklist.close(), unsubscribed(http, signal)]);
  }
  return opened === null
    ? lacking(NAME, 'ended before it was open', { code: 'worklist-fault' })
    : found(NAME, `opens at ${new URL(opened).origin}${new URL(opened).pathname}`);
}

/** From both: to which it was subscribed the worklist decides (PS3.18 11.11). What stays does no harm. */
async function unsubscribed(http: Examined['http'], signal: AbortSignal): Promise<void> {
  for (const worklist of [FILTERED, GLOBAL]) {
    const path = `/workitems/${worklist}/subscribers/${OWN_AE_TITLE}`;
    const accept = 'application/dicom+json';
    await http
      .ask({ call: 'examine', path, accept, method: 'DELETE', statuses: 'any', signal })
      .catch(() => undefined);
  }
}
