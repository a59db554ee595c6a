import type { CodeOf } from '../../domain/catalogue.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';

/** Told of what is left aside; see `passedOver` of the events. Nothing it is told holds patient data. */
export type OnPassedOver = (
  code: CodeOf<'passed-over'>,
  study: StudyInstanceUid | null,
  where: string,
  count?: number,
) => void;

/** Beyond so many different oddities all are told of anew. */
const MOST_REMEMBERED = 10_000;

/** Tells of each oddity once, and again when there is more of it: what polls see comes back with every poll. */
export function onceAChange(tell: OnPassedOver): OnPassedOver {
  const told = new Map<string, number>();
  return (code, study, where, count = 1) => {
    const key = [code, study, where].join('\n');
    if (count <= (told.get(key) ?? 0)) return;
    if (told.size >= MOST_REMEMBERED) told.clear();
    told.set(key, count);
    tell(code, study, where, count);
  };
}
