import type { SpineVariant, Transition } from './spine-variant.ts';
import { FIRST_SACRAL } from './vertebra.ts';
import type { VertebraForm } from './vertebra-forms.ts';

/** From the index of the vertebra. */
const TRANSITIONAL_FORMS: Readonly<Record<Transition, Readonly<Record<number, VertebraForm>>>> = {
  'lumbarised-s1': {
    [FIRST_SACRAL]: [28, 26, 16.8, 0, 8, 5],
    [FIRST_SACRAL + 1]: [25, 24, 14, -7, 1.8, 0],
  },
  'sacralised-l5': { [FIRST_SACRAL - 1]: [27.5, 26.5, 16.6, 3, 3.6, 3] },
};

/**
 * The forms of the vertebrae of a variant, from those of an ordinary spine. A sixth lumbar vertebra is one more of
 * L4's form, a missing one is L4: the last is always shaped as L5 is, and the chest ends where the loins begin.
 */
export function variantForms(ordinary: readonly VertebraForm[], variant: SpineVariant): VertebraForm[] {
  const shift = (variant.lumbarVertebrae ?? 5) - 5;
  const special = variant.transition === undefined ? {} : TRANSITIONAL_FORMS[variant.transition];
  return ordinary.map((form, index) => {
    const shifted = Math.min(FIRST_SACRAL - 2, Math.max(0, index + shift));
    return special[index] ?? (index < FIRST_SACRAL - 1 ? ordinary[shifted]! : form);
  });
}
