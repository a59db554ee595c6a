import type { Grade } from '../domain/grade.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import type { SlicePlane } from '../volume/volume.ts';
import type { SpineVariant } from './anatomy/spine-variant.ts';
import type { Prevalence } from './grades/prevalence.ts';
import type { Truth } from './grades/truth.ts';
import type { ProtocolFamily } from './picture/protocol/protocol-family.ts';
import type { OtherBodyPart } from './tissue/head-and-neck/head-and-neck.ts';

/** How a phantom differs from an ordinary one. */
export interface PhantomOptions {
  /** 'demo' by default. */
  readonly family?: ProtocolFamily;
  /** 'physical' by default; 'mixed' draws one or the other per series. */
  readonly contrast?: 'physical' | 'random' | 'mixed';
  readonly prevalence?: Prevalence;
  /** Grades forced by target key. */
  readonly grades?: Readonly<Record<string, Grade>>;
  /** 0 = ideal scanner, 1 = ordinary (default), 2 = poor. */
  readonly artefacts?: number;
  /** Renders only a part of each slice: given its plane, the part's, on the same pixel grid. */
  readonly window?: (role: SeriesRole, plane: SlicePlane, truth: Truth) => SlicePlane;
  /** Series left out. */
  readonly omit?: readonly SeriesRole[];
  /** Sagittal T2 as STIR: drawn at random unless given. */
  readonly stir?: boolean;
  /** Images another part of the body in place of the lumbar spine; what is known of that, `truth`, is then not to be seen. */
  readonly bodyPart?: OtherBodyPart;
  /** Six lumbar vertebrae, or four, or a transitional one; levels are then counted from the sacrum. Ordinary by default. */
  readonly variant?: SpineVariant;
  /** Changes every UID and nothing else. */
  readonly uidSalt?: string;
}
