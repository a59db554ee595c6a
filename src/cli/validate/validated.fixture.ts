import { openPixelMed } from './open-pixelmed.ts';
import { validateObjects } from './validate-objects.ts';

/** One for all test files of a worker, in whose process it has read its templates; it ends with that. */
const pixelMed = openPixelMed();

export function validated(files: readonly string[], imageFiles: readonly string[] = []) {
  return validateObjects(files, imageFiles, pixelMed);
}
