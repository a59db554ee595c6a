import { textValue } from '../dicom/json/dicom-json-values.ts';
import { type Archive, ArchiveError } from '../dicomweb/archive.ts';
import { areOfOneComposition, saysTheSame } from './recognise-result.ts';
import type { KeptResults, WholeObject } from './result-outbox.ts';

const SOP_INSTANCE_UID = '00080018';

/** Names what differs between an object and an archive's copy of it. @throws TypeError when either cannot be read. */
export type Differences = (sent: Uint8Array, held: Uint8Array) => readonly string[];

/** What an archive holds under the UIDs of an object of ours. */
export type Occupancy =
  | { readonly by: 'nothing' }
  /** That very object. */
  | { readonly by: 'this' }
  /** An object made at the same instant: what the archive made of it, when it was sent. */
  | { readonly by: 'this-altered'; readonly differences: readonly string[] }
  /** The object of an earlier run, of which the ledger was lost, that says the same. */
  | { readonly by: 'its-like'; readonly bytes: Uint8Array }
  /** Something else under its UID, or in its series. */
  | { readonly by: 'another'; readonly differences: readonly string[] };

/** Looks up what has an object's UIDs in the archive; the study's series are asked for once, where that is needed. */
export function occupancyIn(
  archive: Pick<Archive, 'retrieveInstance' | 'findSeries' | 'seriesMetadata'>,
  differences: Differences,
  { studyInstanceUid: study, graded }: KeptResults,
  signal: AbortSignal | undefined,
): (object: WholeObject) => Promise<Occupancy> {
  let listed: ReturnType<typeof archive.findSeries> | null = null;
  const holdsOthers = async ({ seriesInstanceUid, sopInstanceUid }: WholeObject): Promise<boolean> => {
    listed ??= archive.findSeries(study, signal);
    if (!(await listed).some((series) => series.seriesInstanceUid === seriesInstanceUid)) return false;
    const instances = await archive.seriesMetadata(study, seriesInstanceUid, signal).catch((cause) => {
      // A series may be listed for a while after its last instance is gone.
      if (cause instanceof ArchiveError && cause.status === 404) return [];
      throw cause;
    });
    return instances.some((instance) => textValue(instance, SOP_INSTANCE_UID) !== sopInstanceUid);
  };
  return async (object) => {
    const { seriesInstanceUid, sopInstanceUid, bytes, stored } = object;
    const held = await archive.retrieveInstance(study, seriesInstanceUid, sopInstanceUid, signal);
    if (held === null) {
      return (await holdsOthers(object))
        ? { by: 'another', differences: ['SeriesInstanceUID'] }
        : { by: 'nothing' };
    }
    const different = differencesFrom(differences, bytes, held);
    const atOnce = areOfOneComposition(bytes, held);
    if (atOnce && different.length === 0) return { by: 'this' };
    // What came back whole before has been put there since.
    if (atOnce && !stored) return { by: 'this-altered', differences: different };
    if (await saysTheSame(bytes, held, graded?.algorithm ?? null)) return { by: 'its-like', bytes: held };
    return { by: 'another', differences: different.length === 0 ? ['what it says'] : different };
  };
}

/** As `differences`; a copy that is no readable object differs as a whole. */
export function differencesFrom(
  differences: Differences,
  sent: Uint8Array,
  held: Uint8Array,
): readonly string[] {
  try {
    return differences(sent, held);
  } catch (cause) {
    if (cause instanceof TypeError) return ['all attributes'];
    throw cause;
  }
}
