import { createHash } from 'node:crypto';
import type { LocalisedLevel } from '../../domain/assessment.ts';
import type { Volumes } from '../../volume/volume.ts';
import type { ReferenceGrades } from '../tables/grades-table.ts';

/**
 * Labelled slices, set into a patient: pixel spacing and places follow from the labels alone. What they do not tell
 * (where the discs are, how far slices lie apart) is made up and must not be read.
 */
export interface LabelledSlices {
  readonly volumes: Volumes;
  /** All five; of those that no label names, canal and disc lie where their neighbours would have them. */
  readonly levels: readonly LocalisedLevel[];
  readonly grades: ReferenceGrades;
}

/** Slices that are read when it is their turn: those of a study or one alone on sagittal T1, of one series on axial T2. */
export interface SliceSource {
  readonly studyId: string;
  /** @throws SliceError when a picture cannot be read. */
  readonly open: () => Promise<LabelledSlices>;
}

/** A picture that cannot be used; the message names the file. */
export class SliceError extends Error {
  override readonly name = 'SliceError';
}

/** Parts of about equal size that studies fall to: the same part wherever a study turns up. */
export const FOLDS = 10;

/** 0 … FOLDS − 1: the first four bytes of the SHA-256 of the study's identifier, big-endian, modulo FOLDS. */
export function foldOf(studyId: string): number {
  return createHash('sha256').update(studyId).digest().readUInt32BE(0) % FOLDS;
}
