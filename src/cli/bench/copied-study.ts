import type { DemoStudy } from '../demo/demo-study.ts';

type Copied = Pick<DemoStudy, 'studyInstanceUid' | 'objects'>;

/** UIDs of phantoms end in digits enough to tell copies apart. */
const OWN_UID = /2\.25\.\d{20,}/g;
const LAST_DIGITS = 4;

/** The same images under other UIDs, as long as theirs: a study that the archive does not know yet. @param turn 1 for the first copy. */
export function copiedStudy({ studyInstanceUid, objects }: Copied, turn: number): Copied {
  const other = <Text extends string>(text: Text) =>
    text.replaceAll(OWN_UID, (uid) => {
      const last = (Number(uid.slice(-LAST_DIGITS)) + turn) % 10 ** LAST_DIGITS;
      return uid.slice(0, -LAST_DIGITS) + String(last).padStart(LAST_DIGITS, '0');
    }) as Text;
  return {
    studyInstanceUid: other(studyInstanceUid),
    objects: objects.map(({ sopInstanceUid, bytes }) => ({
      sopInstanceUid: other(sopInstanceUid),
      bytes: Buffer.from(other(Buffer.from(bytes).toString('latin1')), 'latin1'),
    })),
  };
}
