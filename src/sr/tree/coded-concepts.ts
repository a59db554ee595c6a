import { DISC_LABELS, type DiscLabel } from '../../domain/assessment.ts';
import { GRADES, type Grade } from '../../domain/grade.ts';
import { LEVELS, type Level } from '../../domain/level.ts';
import { MEASURE_WORDS, MEASURES, type Measure, type WhyUnmeasured } from '../../domain/measurement.ts';
import { type Condition, type Side, TARGETS, type Target, targetKey } from '../../domain/target.ts';

declare const listed: unique symbol;

/** A coded concept (PS3.3 8.8): only this file makes them, so every code written is on its list. */
export interface Code {
  /** At most 16 characters (SH). */
  readonly value: string;
  readonly scheme: string;
  /** At most 64 characters (LO). */
  readonly meaning: string;
  readonly [listed]: true;
}

/** This project's own codes, for what no public scheme was found to name. */
export const PRIVATE_SCHEME = {
  designator: '99SPINEGRADE',
  /** deterministicUid('spinegrade', 'coding scheme'). */
  uid: '2.25.66574216257632026082140662317359016832',
  name: 'spinegrade codes for degenerative lumbar spine findings and their grades',
  responsibleOrganization: 'spinegrade',
} as const;

const code = (scheme: string, value: string, meaning: string): Code => {
  if (value.length > 16 || meaning.length > 64)
    throw new RangeError(`code ${value} or its meaning is too long`);
  return { value, scheme, meaning } as Code;
};
const dcm = (value: string, meaning: string) => code('DCM', value, meaning);
const sct = (value: string, meaning: string) => code('SCT', value, meaning);
const own = (value: string, meaning: string) => code(PRIVATE_SCHEME.designator, value, meaning);

/** Concepts that do not depend on what was found: PS3.16 annex D and the context groups named. */
export const CODES = {
  algorithmName: dcm('111001', 'Algorithm Name'),
  algorithmParameters: dcm('111002', 'Algorithm Parameters'),
  algorithmVersion: dcm('111003', 'Algorithm Version'),
  imageLibrary: dcm('111028', 'Image Library'),
  imageRegion: dcm('111030', 'Image Region'),
  studyInstanceUid: dcm('110180', 'Study Instance UID'),
  trackingIdentifier: dcm('112039', 'Tracking Identifier'),
  trackingUniqueIdentifier: dcm('112040', 'Tracking Unique Identifier'),
  frameOfReferenceUid: dcm('112227', 'Frame of Reference UID'),
  observerType: dcm('121005', 'Observer Type'),
  device: dcm('121007', 'Device'), // CID 270
  deviceObserverUid: dcm('121012', 'Device Observer UID'),
  deviceObserverName: dcm('121013', 'Device Observer Name'),
  deviceObserverManufacturer: dcm('121014', 'Device Observer Manufacturer'),
  deviceObserverModelName: dcm('121015', 'Device Observer Model Name'),
  deviceObserverSerialNumber: dcm('121016', 'Device Observer Serial Number'),
  language: dcm('121049', 'Language of Content Item and Descendants'),
  procedureReported: dcm('121058', 'Procedure reported'),
  finding: dcm('121071', 'Finding'),
  comment: dcm('121106', 'Comment'),
  sourceOfMeasurement: dcm('121112', 'Source of Measurement'), // CID 7551
  modality: dcm('121139', 'Modality'),
  approximateSpatialLocation: dcm('121226', 'Approximate spatial location'), // CID 7551
  ofInterest: dcm('113000', 'Of Interest'), // CID 7010
  keyObjectDescription: dcm('113012', 'Key Object Description'), // TID 2010
  segmentation: dcm('113076', 'Segmentation'), // CID 7203
  sourceImageForProcessing: dcm('121322', 'Source image for image processing operation'), // CID 7202
  probability: dcm('122157', 'Probability'),
  targetRegion: dcm('123014', 'Target Region'),
  measurementGroup: dcm('125007', 'Measurement Group'),
  imagingMeasurementReport: dcm('126000', 'Imaging Measurement Report'), // CID 7021
  imagingMeasurements: dcm('126010', 'Imaging Measurements'),
  imageLibraryGroup: dcm('126200', 'Image Library Group'),
  magneticResonance: dcm('MR', 'Magnetic Resonance'), // CID 29
  severity: sct('246112005', 'Severity'),
  measurementMethod: sct('370129005', 'Measurement Method'), // TID 1501
  laterality: sct('272741003', 'Laterality'),
  findingSite: sct('363698007', 'Finding Site'),
  lumbarSpine: sct('122496007', 'Lumbar spine'), // CID 4031
  spinalCanal: sct('61853006', 'Vertebral canal'), // CID 6115
  anatomicalStructure: sct('91723000', 'Anatomical Structure'), // CID 7150
  analysisStatus: own('ANALYSIS_STATUS', 'Analysis status'),
  notAnalysed: own('NOT_ANALYSED', 'Not analysed'),
  qualitativeEvaluations: code('UMLS', 'C0034375', 'Qualitative Evaluations'), // TID 1500 row 12
  englishUnitedStates: code('RFC5646', 'en-US', 'English (United States)'), // CID 5000
  artificialIntelligence: dcm('123110', 'Artificial Intelligence'), // CID 7162
  // CID 100 has no code for MR of the lumbar spine.
  mriUnspecifiedBodyRegion: code('LN', '25056-3', 'MRI unspecified body region'),
  noUnits: code('UCUM', '1', 'no units'),
} as const satisfies Record<string, Code>;

/** Finding sites (CID 1003). */
export const LEVEL_CODES: Readonly<Record<Level, Code>> = {
  'L1/L2': sct('243920003', 'Level of L1/L2 intervertebral disc'),
  'L2/L3': sct('243921004', 'Level of L2/L3 intervertebral disc'),
  'L3/L4': sct('243922006', 'Level of L3/L4 intervertebral disc'),
  'L4/L5': sct('243923001', 'Level of L4/L5 intervertebral disc'),
  'L5/S1': sct('243927000', 'Level of L5/S1 intervertebral disc'),
};

/** Property types of a segmentation: CID 7151, or our own where no public list vouches for a code. */
export const SEGMENT_CODES = {
  'L1/L2': sct('80064006', 'L1/L2 disc'),
  'L2/L3': sct('67459009', 'L2/L3 disc'),
  'L3/L4': sct('62551000', 'L3/L4 disc'),
  'L4/L5': sct('84020006', 'L4/L5 disc'),
  'L5/S1': sct('715056000', 'L5/S1 disc'),
  L1: sct('66794005', 'L1 vertebra'),
  L2: sct('14293000', 'L2 vertebra'),
  L3: sct('36470004', 'L3 vertebra'),
  L4: sct('11994002', 'L4 vertebra'),
  L5: sct('49668003', 'L5 vertebra'),
  S1: sct('54735007', 'Sacrum'),
  vertebra: sct('51282000', 'Vertebra'),
  disc: own('DISC', 'Intervertebral disc'),
  sac: own('DURAL_SAC', 'Dural sac'),
  epidural: own('EPIDURAL_SPACE', 'Epidural space'),
} as const satisfies Record<string, Code>;

/** CID 244. */
export const SIDE_CODES: Readonly<Record<NonNullable<Side>, Code>> = {
  left: sct('7771000', 'Left'),
  right: sct('24028007', 'Right'),
};

/** Moderate and severe: CID 3716. */
export const GRADE_CODES: Readonly<Record<Grade, Code>> = {
  'Normal/Mild': own('NORMAL_MILD', 'Normal/Mild'),
  Moderate: sct('6736007', 'Moderate'),
  Severe: sct('24484000', 'Severe'),
};

/** What a Moderate or Severe grade asserts to be there. */
export const FINDING_CODES: Readonly<Record<Condition, Code>> = {
  spinal_canal_stenosis: sct('18347007', 'Spinal stenosis of lumbar region'),
  neural_foraminal_narrowing: sct('371000119109', 'Stenosis of intervertebral foramina'),
  subarticular_stenosis: own('SUBART_STENOSIS', 'Subarticular (lateral recess) stenosis'),
};

/** Concept names of the qualitative evaluations. */
export const GRADE_CONCEPT_CODES: Readonly<Record<Condition, Code>> = {
  spinal_canal_stenosis: own('SCS_GRADE', 'Spinal canal stenosis grade'),
  neural_foraminal_narrowing: own('NFN_GRADE', 'Neural foraminal narrowing grade'),
  subarticular_stenosis: own('SAS_GRADE', 'Subarticular stenosis grade'),
};

/** CID 240. */
export const PRESENCE_CODES = {
  present: sct('52101004', 'Present'),
  absent: sct('272519000', 'Absent'),
} as const satisfies Record<string, Code>;

/** What an observation that is present asserts; no public list vouches for a code of the first three (docs/decisions/0006). */
export const LABEL_FINDING_CODES: Readonly<Record<DiscLabel, Code>> = {
  herniation: own('HERNIATION', 'Intervertebral disc herniation'),
  bulge: own('BULGE', 'Intervertebral disc bulge'),
  spondylolisthesis: own('LISTHESIS', 'Spondylolisthesis'),
  canal_stenosis: FINDING_CODES.spinal_canal_stenosis,
  foraminal_stenosis: FINDING_CODES.neural_foraminal_narrowing,
};

/** Concept names of the evaluations present or absent. */
export const LABEL_CONCEPT_CODES: Readonly<Record<DiscLabel, Code>> = {
  herniation: own('HERNIATION_EVAL', 'Presence of intervertebral disc herniation'),
  bulge: own('BULGE_EVAL', 'Presence of intervertebral disc bulge'),
  spondylolisthesis: own('LISTHESIS_EVAL', 'Presence of spondylolisthesis'),
  canal_stenosis: own('SCS_EVAL', 'Presence of spinal canal stenosis'),
  foraminal_stenosis: own('NFN_EVAL', 'Presence of neural foraminal stenosis'),
};

const LABEL_WORDS: Readonly<Record<DiscLabel, string>> = {
  herniation: 'disc herniation',
  bulge: 'disc bulge',
  spondylolisthesis: 'spondylolisthesis',
  canal_stenosis: 'canal stenosis',
  foraminal_stenosis: 'foraminal stenosis',
};

/** The observation in a reader's words; unique among the names of observations and targets. */
export function observationName({
  label,
  level,
}: {
  readonly label: DiscLabel;
  readonly level: Level;
}): string {
  // The conditions graded have names like these.
  const evaluation = label.endsWith('stenosis') ? ' (present or absent)' : '';
  return `${level} ${LABEL_WORDS[label]}${evaluation}`;
}

const CONDITION_WORDS: Readonly<Record<Condition, string>> = {
  spinal_canal_stenosis: 'spinal canal stenosis',
  neural_foraminal_narrowing: 'neural foraminal narrowing',
  subarticular_stenosis: 'subarticular stenosis',
};

/** The target in a reader's words, such as `L4/L5 left subarticular stenosis`; unique among TARGETS. */
export function targetName(target: Target): string {
  const side = target.side === null ? '' : `${target.side} `;
  return `${target.level} ${side}${CONDITION_WORDS[target.condition]}`;
}

/** Concept names of what is measured: CID 7470 and 7471 name lengths and areas, and not of what (docs/decisions/0022). */
export const MEASURE_CODES: Readonly<Record<Measure, Code>> = {
  'canal-diameter': own('CANAL_AP', 'Spinal canal antero-posterior diameter'),
  'sac-diameter': own('SAC_AP', 'Dural sac antero-posterior diameter'),
  'sac-area': own('SAC_AREA', 'Dural sac cross-sectional area'),
  'disc-height': own('DISC_HEIGHT', 'Intervertebral disc height'),
  slip: own('SLIP', 'Slip of the upper vertebra, forwards positive'),
};

/** The kind of quantity that each is: CID 7470, and CID 7471 for areas. */
export const QUANTITY_CODES: Readonly<Record<Measure, Code>> = {
  'canal-diameter': sct('81827009', 'Diameter'),
  'sac-diameter': sct('81827009', 'Diameter'),
  'sac-area': sct('42798000', 'Area'),
  'disc-height': dcm('121207', 'Height'),
  slip: dcm('121206', 'Distance'),
};

/** How each is measured. */
export const METHOD_CODES: Readonly<Record<Measure, Code>> = {
  'canal-diameter': own('MID_DISC_LINE', 'Along the disc middle line, sagittal slice nearest to the canal'),
  'sac-diameter': own('MID_DISC_LINE', 'Along the disc middle line, sagittal slice nearest to the canal'),
  'sac-area': own('OUTLINED_AREA', 'Area of the outline, axial slice through the disc'),
  'disc-height': own('MEDIAN_HEIGHT', 'Median of five, at right angles to the disc middle line'),
  slip: own('POSTERIOR_WALLS', 'Posterior walls 4 mm off the endplates, along the disc'),
};

/** CID 7460 and 7461. */
export const UNIT_CODES = {
  mm: code('UCUM', 'mm', 'millimeter'),
  mm2: code('UCUM', 'mm2', 'square millimeter'),
} as const satisfies Record<string, Code>;

/** Why something was not measured; each meaning begins with the code of docs/reasons.md. */
export const UNMEASURED_CODES: Readonly<Record<WhyUnmeasured, Code>> = {
  'level-out-of-view': own('LEVEL_UNSEEN', 'level-out-of-view: the slices do not show the level whole'),
  'axial-misses-disc': own('AXIAL_MISSES', 'axial-misses-disc: no axial slice passes through the disc'),
  'no-axial-slices': own('NO_AXIAL', 'no-axial-slices: no axial T2 series could be used'),
  'not-outlined': own('NOT_OUTLINED', 'not-outlined: it was not made out on the slice'),
  'not-plausible': own('NOT_PLAUSIBLE', 'not-plausible: of a size that no spine has'),
};

/** The measure in a reader's words, such as `L4/L5 disc height`; unique among the names of targets and observations. */
export function measurementName({
  level,
  measure,
}: {
  readonly level: Level;
  readonly measure: Measure;
}): string {
  return `${level} ${MEASURE_WORDS[measure]}`;
}

const CONDITION_LETTERS: Readonly<Record<Condition, string>> = {
  spinal_canal_stenosis: 'SCS',
  neural_foraminal_narrowing: 'NFN',
  subarticular_stenosis: 'SAS',
};
const LABEL_LETTERS: Readonly<Record<DiscLabel, string>> = {
  herniation: 'HERN',
  bulge: 'BULGE',
  spondylolisthesis: 'LISTH',
  canal_stenosis: 'CSTEN',
  foraminal_stenosis: 'FSTEN',
};
const GRADE_LETTERS: Readonly<Record<Grade, string>> = {
  'Normal/Mild': 'NM',
  Moderate: 'MOD',
  Severe: 'SEV',
};

/**
 * Concept name of the probability of the grade a target was given. The one concept says condition, side, level and
 * grade, for viewers that print a measurement's concept name and nothing else (docs/decisions/0004).
 */
export function gradedTargetCode(target: Target, grade: Grade): Code {
  return GRADED_TARGET_CODES.get(gradedTargetKey(target, grade))!;
}

/** The same of an observation: whether it is present stands in the concept, the number is that one's probability. */
export function observedLabelCode(label: DiscLabel, level: Level, present: boolean): Code {
  return OBSERVED_LABEL_CODES.get(observedLabelKey(label, level, present))!;
}

const gradedTargetKey = (target: Target, grade: Grade) => `${targetKey(target)} ${grade}`;
const observedLabelKey = (label: DiscLabel, level: Level, present: boolean) => `${label} ${level} ${present}`;

// In both the grade comes first: viewers cut long lines off at the image's edge.
const GRADED_TARGET_CODES: ReadonlyMap<string, Code> = new Map(
  TARGETS.flatMap((target) =>
    GRADES.map((grade) => {
      const side = target.side === null ? '' : target.side === 'left' ? '_L' : '_R';
      const level = target.level.replace('/', '');
      const value = `${CONDITION_LETTERS[target.condition]}${side}_${level}_${GRADE_LETTERS[grade]}`;
      const meaning = `${grade}: ${targetName(target)}, probability`;
      return [gradedTargetKey(target, grade), own(value, meaning)] as const;
    }),
  ),
);
const OBSERVED_LABEL_CODES: ReadonlyMap<string, Code> = new Map(
  LEVELS.flatMap((level) =>
    DISC_LABELS.flatMap((label) =>
      [true, false].map((present) => {
        const value = `${LABEL_LETTERS[label]}_${level.replace('/', '')}_${present ? 'YES' : 'NO'}`;
        const presence = PRESENCE_CODES[present ? 'present' : 'absent'].meaning;
        const meaning = `${presence}: ${level} ${LABEL_WORDS[label]}, probability`;
        return [observedLabelKey(label, level, present), own(value, meaning)] as const;
      }),
    ),
  ),
);

/** Concept names under which a report says why a measure of a level is absent: they say the level too. */
export const UNMEASURED_CONCEPT_CODES: Readonly<Record<Level, Readonly<Record<Measure, Code>>>> =
  Object.fromEntries(
    LEVELS.map((level) => {
      const codes = MEASURES.map((measure) => {
        const value = `${MEASURE_CODES[measure].value}_${level.replace('/', '')}`;
        return [measure, own(value, measurementName({ level, measure }))];
      });
      return [level, Object.fromEntries(codes)];
    }),
  ) as Record<Level, Record<Measure, Code>>;

/** Every code this project may write. */
export const ALLOWED_CODES: readonly Code[] = [
  ...GRADED_TARGET_CODES.values(),
  ...OBSERVED_LABEL_CODES.values(),
  ...Object.values(CODES),
  ...[
    LEVEL_CODES,
    SEGMENT_CODES,
    SIDE_CODES,
    GRADE_CODES,
    FINDING_CODES,
    GRADE_CONCEPT_CODES,
    PRESENCE_CODES,
    LABEL_FINDING_CODES,
    LABEL_CONCEPT_CODES,
    ...Object.values(UNMEASURED_CONCEPT_CODES),
    MEASURE_CODES,
    QUANTITY_CODES,
    METHOD_CODES,
    UNIT_CODES,
    UNMEASURED_CODES,
  ].flatMap((codes) => Object.values<Code>(codes)),
];
