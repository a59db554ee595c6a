import { deterministicUid } from '../dicom/deterministic-uid.ts';
import type { LossyCompression } from '../dicom/image/lossy-compression.ts';
import type { DicomJson } from '../dicom/json/dicom-json.ts';
import { MR_IMAGE_STORAGE } from '../dicom/sop-classes.ts';
import type { Finding, GradedStudy, LocalisedLevel, ReadingPlace } from '../domain/assessment.ts';
import { gradeProbabilities, mostProbableGrade } from '../domain/grade.ts';
import type { ImageReference } from '../domain/image-reference.ts';
import { LEVELS } from '../domain/level.ts';
import type { Point } from '../domain/point.ts';
import type { SeriesRole } from '../domain/series-role.ts';
import { TARGETS, type Target } from '../domain/target.ts';
import type { StudyInstanceUid } from '../domain/uid.ts';
import type { SlicePlane, Volumes } from '../volume/volume.ts';
import type { ReportToCompose } from './encode/encode-report.ts';

/** Inputs for this folder's tests: a small study with known planes, so that every point can be checked. */
export const STUDY_UID = deterministicUid<StudyInstanceUid>('report test', 'study');
const ROLE_OF_CONDITION = {
  spinal_canal_stenosis: 'sagittal-t2',
  neural_foraminal_narrowing: 'sagittal-t1',
  subarticular_stenosis: 'axial-t2',
} as const satisfies Record<Target['condition'], SeriesRole>;

export interface PlannedImage {
  readonly reference: ImageReference;
  readonly role: SeriesRole;
  readonly plane: SlicePlane;
}

/** Five slices a role, sagittal ones along x and axial ones along z, in one frame of reference. */
export function plannedImages(frameOfReferenceUid: string | null): PlannedImage[] {
  return (['sagittal-t1', 'sagittal-t2', 'axial-t2'] as const).flatMap((role) =>
    [0, 1, 2, 3, 4].map((slice) => ({
      role,
      reference: {
        sopClassUid: MR_IMAGE_STORAGE,
        sopInstanceUid: deterministicUid('report test', role, String(slice)),
        seriesInstanceUid: deterministicUid('report test', role),
        frameOfReferenceUid,
        frameNumber: null,
      },
      plane: planeOf(role, slice),
    })),
  );
}

function planeOf(role: SeriesRole, slice: number): SlicePlane {
  const size = { rows: 320, columns: 256 };
  if (role === 'axial-t2') {
    // Tilted by 10 degrees about x, as axial stacks along a disc are.
    const [cos, sin] = [Math.cos(Math.PI / 18), Math.sin(Math.PI / 18)];
    return {
      ...size,
      originMm: [-90.25, -70.5, -80 + 35 * slice],
      rowDirection: [1, 0, 0],
      columnDirection: [0, cos, sin],
      rowSpacingMm: 0.6,
      columnSpacingMm: 0.7,
    };
  }
  return {
    ...size,
    originMm: [-18 + 9 * slice, -100, 120],
    rowDirection: [0, 1, 0],
    columnDirection: [0, 0, -1],
    rowSpacingMm: 0.75,
    columnSpacingMm: 0.8,
  };
}

/** The images as volumes: grey ramps, so that a picture of them shows something. */
export function plannedVolumes(images: readonly PlannedImage[], lossy?: LossyCompression): Volumes {
  const slices = Map.groupBy(images, ({ role }) => role);
  return Object.fromEntries(
    [...slices].map(([role, members]) => [
      role,
      {
        role,
        frameOfReferenceUid: members[0]!.reference.frameOfReferenceUid,
        slices: members.map(({ plane, reference }) => ({
          plane,
          image: reference,
          ...(lossy && { lossy }),
          pixels: async () =>
            Float32Array.from({ length: plane.rows * plane.columns }, (_, index) => index % plane.columns),
        })),
      },
    ]),
  );
}

/** PS3.3 C.7.6.2.1.1 with SCOORD's half-pixel shift (C.18.6.1.1). */
export function pointOnPlane(plane: SlicePlane, [column, row]: readonly [number, number]): Point {
  return [0, 1, 2].map(
    (axis) =>
      plane.originMm[axis]! +
      plane.rowDirection[axis]! * (column - 0.5) * plane.columnSpacingMm +
      plane.columnDirection[axis]! * (row - 0.5) * plane.rowSpacingMm,
  ) as unknown as Point;
}

/** Three posteriors that differ from target to target and need all 16 characters of a DS. */
function probabilitiesOf(index: number) {
  const weights = [
    1 + (index % 3 === 0 ? 5 : 0),
    1 + (index % 3 === 1 ? 4 : 0),
    1 + (index % 3 === 2 ? 3 : 0),
  ];
  const uneven = weights.map((weight, grade) => weight + index / 7 / (grade + 2));
  const sum = uneven.reduce((total, weight) => total + weight, 0);
  return gradeProbabilities(uneven.map((weight) => weight / sum));
}

function findingOf(target: Target, index: number, images: readonly PlannedImage[]): Finding {
  const probabilities = probabilitiesOf(index);
  const role = ROLE_OF_CONDITION[target.condition];
  const image = images.filter((candidate) => candidate.role === role)[index % 5];
  const pixel = [60.25 + 4 * index, 230.75 - 3 * index] as const;
  return {
    ...target,
    grade: mostProbableGrade(probabilities),
    probabilities,
    // Three of the 25.
    ...(index % 9 === 4 && { uncertain: ['low-probability', 'unlike-training'] as const }),
    ...(image === undefined
      ? unseen([index, -20, 3 * index], images)
      : { location: { pointMm: pointOnPlane(image.plane, pixel), image: image.reference, pixel, role } }),
  };
}

function unseen(pointMm: Point, images: readonly PlannedImage[]): ReadingPlace {
  const { frameOfReferenceUid } = images[0]!.reference;
  if (frameOfReferenceUid === null) return { location: null };
  return { location: null, unseenAt: { pointMm, frameOfReferenceUid } };
}

export function gradedStudy(images: readonly PlannedImage[], warnings: readonly string[] = []): GradedStudy {
  return {
    kind: 'graded',
    series: [],
    levels: [],
    findings: TARGETS.map((target, index) => findingOf(target, index, images)),
    observations: [],
    algorithm: {
      name: 'test pack',
      version: '1.2.3',
      packSha256: 'ab'.repeat(32),
      executionProvider: 'cpu',
    },
    warnings,
  };
}

export const STUDY_CONTEXT: DicomJson = {
  '00080020': { vr: 'DA', Value: ['20240229'] },
  '00080030': { vr: 'TM', Value: ['081500.25'] },
  '00080050': { vr: 'SH', Value: ['A-4711'] },
  '00080090': { vr: 'PN', Value: [{ Alphabetic: 'Referrer^Ann' }] },
  '00081030': { vr: 'LO', Value: ['MR lumbar spine'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Test^Patient' }] },
  '00100020': { vr: 'LO', Value: ['PAT-1'] },
  '00100030': { vr: 'DA', Value: ['19700102'] },
  '00100040': { vr: 'CS', Value: ['F'] },
  '00101010': { vr: 'AS', Value: ['054Y'] },
  '00101030': { vr: 'DS', Value: [71.5] },
  '0020000D': { vr: 'UI', Value: [STUDY_UID] },
  '00200010': { vr: 'SH', Value: ['S1'] },
};

export function reportToCompose(changes: Partial<ReportToCompose> = {}): ReportToCompose {
  const images = plannedImages(deterministicUid('report test', 'frame of reference'));
  return {
    studyInstanceUid: STUDY_UID,
    graded: gradedStudy(images),
    images,
    observer: {
      uid: deterministicUid('report test', 'device'),
      name: 'spinegrade',
      manufacturer: 'spinegrade project',
      modelName: 'spinegrade',
      serialNumber: 'test-1',
      softwareVersion: '0.1.0',
    },
    studyContext: STUDY_CONTEXT,
    sopInstanceUid: deterministicUid('report test', 'SR'),
    series: { number: 990, description: 'AI lumbar spine grading (research use)' },
    seriesInstanceUid: deterministicUid('report test', 'SR series'),
    createdAt: new Date('2024-03-01T10:11:12.345Z'),
    ...changes,
  };
}

/** Levels within plannedVolumes, as far apart as lumbar discs lie. */
export const PLANNED_LEVELS: readonly LocalisedLevel[] = LEVELS.map((level, index) => ({
  level,
  discMm: [0, -40, 80 - 35 * index],
  canalMm: [0, -15, 80 - 35 * index],
  confidence: 1,
}));
