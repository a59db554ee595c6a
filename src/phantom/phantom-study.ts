import { deterministicUid } from '../dicom/deterministic-uid.ts';
import { MR_IMAGE_STORAGE } from '../dicom/sop-classes.ts';
import type { Grade } from '../domain/grade.ts';
import { along, type Point } from '../domain/point.ts';
import { SERIES_ROLES, type SeriesRole } from '../domain/series-role.ts';
import type { AnyUid, SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import type { Slice, SlicePlane, Volume } from '../volume/volume.ts';
import type { Anatomy } from './anatomy/anatomy.ts';
import type { Prevalence } from './anatomy/draw-grades.ts';
import { makeAnatomy } from './anatomy/make-anatomy.ts';
import type { SpineVariant } from './anatomy/spine-variant.ts';
import { type Truth, truth } from './anatomy/truth.ts';
import { type Acquisition, drawAcquisition } from './picture/acquisition.ts';
import { type Contrast, physicalContrast, randomContrast } from './picture/contrast.ts';
import { drawProtocol, type ProtocolFamily } from './picture/protocol.ts';
import { renderSlice } from './picture/render-slice.ts';
import { type Random, seededRandom } from './random.ts';
import { headAndNeckSampler, type OtherBodyPart } from './tissue/head-and-neck.ts';
import { tissueSampler } from './tissue/tissue-sampler.ts';

/** Standard deviation along each axis. */
const MOVEMENT_MM = 0.7;

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

export interface PhantomSeries {
  readonly role: SeriesRole;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly contrast: Contrast;
  readonly acquisition: Acquisition;
  readonly spacingBetweenSlicesMm: number;
}

/** A slice whose pixels can also be had at once. */
export interface PhantomSlice extends Slice {
  readonly rendered: Float32Array;
}

export interface PhantomVolume extends Volume {
  readonly slices: readonly PhantomSlice[];
}

export interface PhantomStudy {
  readonly seed: number;
  readonly studyInstanceUid: StudyInstanceUid;
  readonly frameOfReferenceUid: string;
  /** Null: the lumbar spine. */
  readonly bodyPart: OtherBodyPart | null;
  readonly anatomy: Anatomy;
  readonly truth: Truth;
  readonly series: readonly PhantomSeries[];
  /** Omitted roles are absent. Pixels are rendered when first read, then kept. */
  readonly volumes: Readonly<Partial<Record<SeriesRole, PhantomVolume>>>;
}

function phantomUid<T extends AnyUid>(salt: string, seed: number, ...parts: readonly (string | number)[]): T {
  return deterministicUid<T>(salt, String(seed), ...parts.map(String));
}

function lazySlice(plane: SlicePlane, image: Slice['image'], render: () => Float32Array): PhantomSlice {
  let kept: Float32Array | null = null;
  const rendered = () => {
    kept ??= render();
    return kept;
  };
  return {
    plane,
    image,
    get rendered() {
      return rendered();
    },
    pixels: () => Promise.resolve(rendered()),
  };
}

function drawContrast(anatomy: Anatomy, role: SeriesRole, options: PhantomOptions, random: Random): Contrast {
  const weighting = role === 'sagittal-t1' ? 'T1' : 'T2';
  const mode = options.contrast ?? 'physical';
  const [mixed, suppressed] = [random.chance(0.5), random.chance(0.3)];
  if (mode === 'random' || (mode === 'mixed' && mixed)) return randomContrast(anatomy, weighting, random);
  const fatSuppressed =
    role === 'sagittal-t2' &&
    (options.stir ?? (options.family !== undefined && options.family !== 'demo' && suppressed));
  return physicalContrast(anatomy, weighting, fatSuppressed, random);
}

/** How far the patient has moved since the sagittal T2 series was planned, mm: headers do not know of it. */
function drawMovement(random: Random, role: SeriesRole, family: ProtocolFamily): Point {
  const still = role === 'sagittal-t2' || family === 'demo';
  const step = () => random.normal(0, still ? 0 : MOVEMENT_MM);
  return [step(), step(), step()];
}

/**
 * A synthetic study from a seed: anatomy, three series and what is true of them. Cheap until pixels are read.
 * @throws RangeError when the seed is not an integer.
 */
export function phantomStudy(seed: number, options: PhantomOptions = {}): PhantomStudy {
  const anatomy = makeAnatomy(seed, {
    prevalence: options.prevalence ?? 'clinical',
    ...(options.grades === undefined ? {} : { grades: options.grades }),
    ...(options.variant === undefined ? {} : { variant: options.variant }),
  });
  const family = options.family ?? 'demo';
  const salt = options.uidSalt ?? 'phantom';
  const geometry = drawProtocol(anatomy, family, seededRandom(seed, `protocol ${family}`));
  const frameOfReferenceUid: string = phantomUid(salt, seed, 'frame of reference');
  const { bodyPart = null } = options;
  const sampler = bodyPart === null ? tissueSampler(anatomy) : headAndNeckSampler(anatomy, bodyPart);
  const known = truth(anatomy);
  const series: PhantomSeries[] = [];
  const volumes: Partial<Record<SeriesRole, PhantomVolume>> = {};
  for (const role of SERIES_ROLES) {
    if (options.omit?.includes(role)) continue;
    const random = seededRandom(seed, `series ${role} ${family}`);
    const { sliceThicknessMm, spacingBetweenSlicesMm, planes } = geometry[role];
    const contrast = drawContrast(anatomy, role, options, random);
    const acquisition = drawAcquisition(
      random,
      sliceThicknessMm,
      role === 'axial-t2',
      options.artefacts ?? 1,
    );
    const moved = drawMovement(random, role, family);
    const seriesInstanceUid = phantomUid<SeriesInstanceUid>(salt, seed, role);
    const slices = planes.map((whole, slice) => {
      const plane = options.window?.(role, whole, known) ?? whole;
      return lazySlice(
        plane,
        {
          sopClassUid: MR_IMAGE_STORAGE,
          sopInstanceUid: phantomUid<SopInstanceUid>(salt, seed, role, slice),
          seriesInstanceUid,
          frameOfReferenceUid,
          frameNumber: null,
        },
        () =>
          renderSlice(
            sampler,
            anatomy,
            { ...plane, originMm: along(plane.originMm, moved, 1) },
            contrast,
            acquisition,
            seed * 1009 + slice + 400 * SERIES_ROLES.indexOf(role),
          ),
      );
    });
    series.push({ role, seriesInstanceUid, contrast, acquisition, spacingBetweenSlicesMm });
    volumes[role] = { role, frameOfReferenceUid, slices };
  }
  const studyInstanceUid = phantomUid<StudyInstanceUid>(salt, seed, 'study');
  return { seed, studyInstanceUid, frameOfReferenceUid, bodyPart, anatomy, truth: known, series, volumes };
}
