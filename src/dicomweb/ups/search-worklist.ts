import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { textValue } from '../../dicom/json/dicom-json-values.ts';
import type { ArchiveWays } from '../archive-ways.ts';
import { parseDataSets } from '../json/dicom-json-answer.ts';
import type { OnPassedOver } from '../query/passed-over.ts';
import { type MatchingKeys, WorklistError } from './worklist.ts';
import type { AskWorklist, WorklistAnswer } from './worklist-exchange.ts';

const SOP_INSTANCE_UID = '00080018';
const PAGE = 200;
/** What a server may say to a key that it does not know; the last where it falls over it. */
const KEYS_REFUSED: readonly number[] = [400, 500];
/** More than any worklist holds that one performer could work off; the rest is found when these are done. */
const MOST_PAGES = 25;

/**
 * PS3.18 11.9, page by page; a server that ignores `offset` tells the same again, and is asked no further. One that
 * refuses the keys is asked by those of `least` alone.
 */
export async function searchWorklist(
  {
    ask,
    ways,
    onPassedOver,
  }: { readonly ask: AskWorklist; readonly ways: ArchiveWays; readonly onPassedOver: OnPassedOver },
  keys: MatchingKeys,
  signal: AbortSignal | undefined,
): Promise<readonly DicomJson[]> {
  const found = new Map<string, DicomJson>();
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const rows = await pageOf(ask, ways, keys, page * PAGE, signal, onPassedOver);
    const before = found.size;
    for (const row of rows) found.set(textValue(row, SOP_INSTANCE_UID) ?? '', row);
    if (rows.length < PAGE || found.size === before) break;
  }
  found.delete('');
  return [...found.values()];
}

async function pageOf(
  ask: AskWorklist,
  ways: ArchiveWays,
  keys: MatchingKeys,
  offset: number,
  signal: AbortSignal | undefined,
  onPassedOver: OnPassedOver,
): Promise<readonly DicomJson[]> {
  const of = (asked: MatchingKeys) => {
    const query = new URLSearchParams({
      ...asked,
      limit: String(PAGE),
      ...(offset > 0 && { offset: String(offset) }),
    });
    // Nothing found is 204 by the standard, 200 or 404 by servers.
    const statuses = [200, 204, 206, 404, ...KEYS_REFUSED];
    return ask({ call: 'search worklist', path: `/workitems?${query}`, statuses, signal });
  };
  const state = keys['ProcedureStepState'];
  const least: MatchingKeys = state === undefined ? {} : { ProcedureStepState: state };
  const isRefused = ({ status }: WorklistAnswer) => KEYS_REFUSED.includes(status);
  const isKnown = ways.has('worklist-keys-refused');
  let answer = await of(isKnown ? least : keys);
  // What has passed when it is asked again was no refusal.
  if (answer.status === 500) answer = await of(isKnown ? least : keys);
  if (isRefused(answer) && !isKnown) {
    answer = await of(least);
    if (!isRefused(answer)) ways.found('worklist-keys-refused');
  }
  if (isRefused(answer)) {
    throw new WorklistError(`search worklist: HTTP ${answer.status}`, { status: answer.status });
  }
  if (answer.status === 204 || answer.status === 404) return [];
  return parseDataSets('search worklist', answer.text, onPassedOver);
}
