import type { SeriesRole } from '../../src/domain/series-role.ts';
import type { StudyInstanceUid } from '../../src/domain/uid.ts';
import type { PhantomInstance } from '../../src/phantom/dicom/phantom-instance.ts';
import type { Random } from '../../src/phantom/random.ts';
import { phantomObjects } from '../support/phantom-objects.ts';

/** A study that is sent in the course of a soak, and what is to become of it. */
export interface SoakStudy {
  readonly uid: StudyInstanceUid;
  /** Null: it is graded. */
  readonly reason: 'no-sagittal-t2' | 'contradicting-patients' | null;
  readonly objects: readonly PhantomInstance[];
}

/** A sagittal T2 alone is graded: what a study costs is kept small, the point is its way. */
const GRADED_FROM: SeriesRole = 'sagittal-t2';

/** Studies of one phantom: three of four are graded, the others not, for two reasons in turn. */
export function soakStudies(random: Random): () => SoakStudy {
  const phantom = phantomObjects(21);
  const of = (role: SeriesRole) => phantom.filter((object) => object.role === role);
  let count = 0;
  let ineligible = 0;
  return () => {
    count += 1;
    if (random.chance(0.75)) return study(of(GRADED_FROM), count, null);
    ineligible += 1;
    if (ineligible % 2 === 1) return study(of('sagittal-t1'), count, 'no-sagittal-t2');
    const stranger = of('sagittal-t1')
      .slice(0, 1)
      .map((object) => ({
        ...object,
        bytes: replaced(object.bytes, (text) => text.replaceAll('PHANTOM-21', 'SOMEONE-99')),
      }));
    return study([...of(GRADED_FROM), ...stranger], count, 'contradicting-patients');
  };
}

/** The same images under UIDs of their own: the last digits of each are the study's number. */
function study(objects: readonly PhantomInstance[], number: number, reason: SoakStudy['reason']): SoakStudy {
  const digits = String(number).padStart(5, '0');
  const renamed = <Text extends string>(text: Text) =>
    text.replaceAll(/2\.25\.\d{20,}/g, (uid) => uid.slice(0, -digits.length) + digits) as Text;
  const own = objects.map((object) => ({
    ...object,
    studyInstanceUid: renamed(object.studyInstanceUid),
    seriesInstanceUid: renamed(object.seriesInstanceUid),
    sopInstanceUid: renamed(object.sopInstanceUid),
    bytes: replaced(object.bytes, renamed),
  }));
  return { uid: own[0]!.studyInstanceUid, reason, objects: own };
}

function replaced(bytes: Uint8Array, change: (text: string) => string): Uint8Array {
  return Buffer.from(change(Buffer.from(bytes).toString('latin1')), 'latin1');
}
