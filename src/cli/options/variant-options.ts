import { LUMBAR_COUNTS, type SpineVariant, TRANSITIONS } from '../../phantom/anatomy/spine-variant.ts';
import { oneOf } from './option-values.ts';

/** The options by which commands ask for phantoms of another spine; for parseOptions. */
export const VARIANT_OPTIONS = {
  'lumbar-vertebrae': { type: 'string', default: '5' },
  transition: { type: 'string' },
} as const;

/** @throws MisuseError */
export function variantOf(values: {
  readonly 'lumbar-vertebrae': string;
  readonly transition?: string | undefined;
}): SpineVariant {
  const lumbarVertebrae = oneOf('--lumbar-vertebrae', values['lumbar-vertebrae'], LUMBAR_COUNTS);
  if (values.transition === undefined) return { lumbarVertebrae };
  return { lumbarVertebrae, transition: oneOf('--transition', values.transition, TRANSITIONS) };
}
