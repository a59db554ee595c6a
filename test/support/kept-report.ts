import type { KeptResults } from '../../src/results/result-outbox.ts';
import { dcmtkJson, first, items } from './dcmtk-json.ts';

/** The Structured Report among the results of an analysis: how others name it, and its bytes. */
export function reportOf(results: KeptResults) {
  const { seriesInstanceUid, sopInstanceUid, bytes } = results.objects.find(({ kind }) => kind === 'SR')!;
  return { reference: { seriesInstanceUid, sopInstanceUid }, bytes };
}

/** Series and instance that a report names as its predecessor. */
export async function predecessorOf(bytes: Uint8Array) {
  const references = items(await dcmtkJson(bytes), '0040A360').flatMap((study) => items(study, '00081115'));
  return references.map((one) => ({
    seriesInstanceUid: first(one, '0020000E'),
    sopInstanceUid: first(items(one, '00081199')[0], '00081155'),
  }));
}
