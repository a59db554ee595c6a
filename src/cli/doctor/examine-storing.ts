import { objectDifferences } from '../../results/object-differences.ts';
import { STOW } from './advice.ts';
import { attempt, type Check, found, lacking, missing, ownWay } from './check.ts';
import type { Examined } from './examined.ts';
import type { OwnStudy } from './own-study.ts';

const STORING = 'STOW-RS';
const TELLS_NOTHING = 'store-tells-nothing';

/** STOW-RS of the study, and our own reader's look at what the archive made of it. */
export async function examineStoring(examined: Examined, study: OwnStudy): Promise<readonly Check[]> {
  const stored = await attempt(STORING, () => store(examined, study));
  if (!stored.every(({ outcome }) => outcome !== 'missing')) return stored;
  const readBack = await attempt('read back', () => readBackAll(examined, study));
  const isBack = readBack.every(({ outcome }) => outcome !== 'missing');
  return [...(isBack || !examined.ways.has(TELLS_NOTHING) ? stored : stored.map(notStored)), ...readBack];
}

/** What says nothing of what it stored, and gives nothing of it back, may be no STOW-RS at all: a page for every address. */
function notStored({ name, words }: Check): Check {
  const told = words.replace('; it is read back', '');
  return missing(name, `${told}, and it is not given back`, { code: 'archive-fault', advice: STOW });
}

async function store(
  { archive, ways, signal }: Examined,
  { studyInstanceUid, objects }: OwnStudy,
): Promise<readonly Check[]> {
  const results = await archive.store(studyInstanceUid, objects, signal);
  const checks = results.map(({ stored, reason, refused, warning }, index): Check => {
    const name = `${STORING}, ${objects[index]!.modality}`;
    if (stored)
      return warning === null ? found(name, 'stored') : ownWay(name, `stored, with a warning: ${warning}`);
    if (!refused) return ownWay(name, `not said to be stored: ${reason}; it is read back`);
    return missing(name, `not stored: ${reason}`, {
      code: 'archive-fault',
      advice: 'have the archive take Comprehensive 3D SR and Secondary Capture from this service',
    });
  });
  const code = (['store-without-study', TELLS_NOTHING] as const).find((way) => ways.has(way));
  return code === undefined
    ? checks
    : checks.map((check) =>
        check.outcome === 'found' || check.outcome === 'own-way' ? { ...check, code } : check,
      );
}

async function readBackAll(
  { archive, signal }: Examined,
  { studyInstanceUid, objects }: OwnStudy,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const { modality, seriesInstanceUid, sopInstanceUid, bytes } of objects) {
    const name = `read back, ${modality}`;
    const listed = { listed: true } as const;
    const back = await archive.retrieveInstance(
      studyInstanceUid,
      seriesInstanceUid,
      sopInstanceUid,
      signal,
      listed,
    );
    if (back === null) {
      checks.push(missing(name, 'what was stored is not to be had', { code: 'archive-fault' }));
      continue;
    }
    const differences = objectDifferences(bytes, back);
    if (differences.length > 0) {
      checks.push(
        missing(name, `comes back otherwise: ${differences.join(', ')}`, { code: 'archive-fault' }),
      );
    } else if (Buffer.compare(bytes, back) === 0) checks.push(found(name, 'the very bytes'));
    else checks.push(ownWay(name, 'the same object, encoded otherwise'));
  }
  return checks.length > 0 ? checks : [lacking('read back', 'nothing was stored')];
}
