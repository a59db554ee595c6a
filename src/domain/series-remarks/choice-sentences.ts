import { ROLE_NAMES, type SeriesRole } from '../series-role.ts';
import { type LocaliserSign, signsInWords } from './localiser-signs.ts';

const ADVANTAGES = {
  rule: 'a rule of this site gives it that role',
  coverage: 'it shows more of the places of the axial slices',
  'no-fat-suppression': 'it is not fat-suppressed',
  'no-contrast-agent': 'it was taken without contrast agent',
  'weighting-known': 'its weighting is known from echo and repetition time',
  'more-slices': 'it has more slices',
  'finer-pixels': 'its pixels are finer',
  'closer-slices': 'its slices lie closer',
  later: 'it was taken later',
  uid: 'its UID comes first',
} as const;

/** In what one series was better than another. */
export type Advantage =
  | { readonly by: keyof typeof ADVANTAGES }
  | {
      readonly by: 'less-like-localiser';
      readonly points: number;
      readonly rivalPoints: number;
      readonly rivalSigns: readonly LocaliserSign[];
    };

/** What was preferred: a series by its number or, where it has none, its UID; or other images of the same series. */
export type Preferred =
  | { readonly kind: 'another-set' }
  | { readonly kind: 'series'; readonly number: number }
  | { readonly kind: 'series'; readonly uid: string };

interface OfRole {
  readonly role: SeriesRole;
}

/** Why a series was or was not chosen for a role. */
export const CHOICE_SENTENCES = {
  'like-localiser': ({
    points,
    signs,
  }: {
    readonly points: number;
    readonly signs: readonly LocaliserSign[];
  }) => `looks like a localiser (${points.toFixed(1)} points): ${signsInWords(signs)}`,
  'role-by-rule': ({ rule, role }: OfRole & { readonly rule: string | null }) =>
    rule === null
      ? `whoever asked for the analysis gives it the role ${role}`
      : `rule "${rule}" of this site gives it the role ${role}`,
  'role-contradicts-plane': ({ plane }: { readonly plane: string }) =>
    `its images are ${plane}, so that it cannot have that role`,
  chosen: ({ role }: OfRole) => `chosen as ${ROLE_NAMES[role]}`,
  'other-preferred': ({
    role,
    preferred,
    because,
  }: OfRole & { readonly preferred: Preferred; readonly because: Advantage }) =>
    qualifies(role, `${nameOf(preferred)} was preferred because ${advantageInWords(because)}`),
  'elsewhere-in-space': ({ role }: OfRole) =>
    qualifies(role, 'lies in another frame of reference than the series chosen'),
  'role-not-used': ({ role }: OfRole) => qualifies(role, 'the model does not use it'),
} as const;

function qualifies(role: SeriesRole, but: string): string {
  return `qualifies as ${ROLE_NAMES[role]}, but ${but}`;
}

function nameOf(preferred: Preferred): string {
  if (preferred.kind === 'another-set') return 'another set of its images';
  return 'number' in preferred ? `series number ${preferred.number}` : `series ${preferred.uid}`;
}

function advantageInWords(because: Advantage): string {
  if (because.by !== 'less-like-localiser') return ADVANTAGES[because.by];
  const { points, rivalPoints, rivalSigns } = because;
  return `it looks less like a localiser (${points.toFixed(1)} points against ${rivalPoints.toFixed(1)}: ${signsInWords(rivalSigns)})`;
}
