import { deterministicUid } from '../dicom/deterministic-uid.ts';
import { MR_IMAGE_STORAGE } from '../dicom/sop-classes.ts';
import { along } from '../domain/point.ts';
import { SERIES_ROLES, type SeriesRole } from '../domain/series-role.ts';
import type { AnyUid, SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../domain/uid.ts';
import type { Anatomy } from './anatomy/anatomy.ts';
import { makeAnatomy } from './anatomy/make-anatomy.ts';
import { type Truth, truth } from './grades/truth.ts';
import type { PhantomOptions } from './phantom-options.ts';
import { lazySlice, type PhantomVolume } from './phantom-slice.ts';
import { type Acquisition, drawAcquisition } from './picture/acquisition.ts';
import type { Contrast } from './picture/contrast/contrast.ts';
import { drawContrast } from './picture/contrast/draw-contrast.ts';
import { drawMovement } from './picture/draw-movement.ts';
import { drawProtocol } from './picture/protocol/draw-protocol.ts';
import { renderSlice } from './picture/render-slice.ts';
import { sliceStructures } from './picture/slice-structures.ts';
import { seededRandom } from './random.ts';
import { headAndNeckSampler, type OtherBodyPart } from './tissue/head-and-neck/head-and-neck.ts';
import { spineSampler } from './tissue/spine/spine-sampler.ts';
import { tissueSampler } from './tissue/tissue-sampler.ts';

/** How one series of a phantom was taken. */
export interface PhantomSeries {
  readonly role: SeriesRole;
  readonly seriesInstanceUid: SeriesInstanceUid;
  readonly contrast: Contrast;
  readonly acquisition: Acquisition;
  readonly spacingBetweenSlicesMm: number;
}

/** A synthetic study: how it was taken, what is true of it, and its volumes. */
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
  const spine = bodyPart === null ? spineSampler(anatomy) : null;
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
      const shown = { ...plane, originMm: along(plane.originMm, moved, 1) };
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
            shown,
            contrast,
            acquisition,
            seed * 1009 + slice + 400 * SERIES_ROLES.indexOf(role),
          ),
        () => (spine ? sliceStructures(spine, shown) : new Uint8Array(plane.rows * plane.columns)),
      );
    });
    series.push({ role, seriesInstanceUid, contrast, acquisition, spacingBetweenSlicesMm });
    volumes[role] = { role, frameOfReferenceUid, slices };
  }
  const studyInstanceUid = phantomUid<StudyInstanceUid>(salt, seed, 'study');
  return { seed, studyInstanceUid, frameOfReferenceUid, bodyPart, anatomy, truth: known, series, volumes };
}
