import { createHash } from 'node:crypto';
import type { StudyInstanceUid } from '../../domain/uid.ts';

/** Never changed: another would move studies from one pack to the other. */
const SALT = 'spinegrade canary 1';

/**
 * Whether a study belongs to the canary pack's share. The study alone decides, so that every process and every attempt
 * says the same; whoever belongs to a share belongs to every larger one.
 * @param sharePercent 0 … 100.
 */
export function isCanaryStudy(study: StudyInstanceUid, sharePercent: number): boolean {
  const digest = createHash('sha256').update(`${SALT}\n${study}`).digest();
  return (digest.readUIntBE(0, 6) / 2 ** 48) * 100 < sharePercent;
}
