import { createHmac } from 'node:crypto';

/** Of words from outside no more is logged. */
export const MAX_WORDS = 4000;
/** Six components or more: long enough for a UID, too long for an address or a version. */
const MIN_UID_COMPONENTS = 6;
/** UIDs made of UUIDs have three, the last of them long (PS3.5 B.2); no address, version or decimal number is like that. */
const MADE_OF_UUID = /^\d+(?:\.\d+)*\.\d{16,}$/;

/** The text, cut to what is logged, every UID in it named by `name`. */
export function withoutUids(text: string, name: (uid: string) => string): string {
  // What the cut leaves of a UID is no UID, and would be told.
  const kept = text.length <= MAX_WORDS ? text : text.slice(0, MAX_WORDS).replace(/(?<![\d.])[\d.]+$/, '');
  return kept.replaceAll(/\d[\d.]*/g, (run) => {
    const uid = run.replace(/(?<!\.)\.+$/, '');
    const components = uid.split('.');
    const isLong =
      components.length >= MIN_UID_COMPONENTS || (components.length > 2 && MADE_OF_UUID.test(uid));
    return isLong && components.every((part) => part !== '') ? name(uid) + run.slice(uid.length) : run;
  });
}

/** How UIDs are written: as they are, or as an HMAC-SHA-256 by the key. */
export function uidWriter(studyUids: 'pseudonym' | 'plain', key: string | Buffer): (uid: string) => string {
  if (studyUids === 'plain') return (uid) => uid;
  return (uid) => `~${createHmac('sha256', key).update(uid).digest('hex').slice(0, 16)}`;
}
