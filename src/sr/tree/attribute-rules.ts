import { dataDictionary } from '../../dicom/load-dcmjs.ts';

export interface AttributeRule {
  readonly vr: string;
  /** Whether it may hold more values than one. */
  readonly isMultiple: boolean;
}

/** PS3.6 chapter 6, by eight upper-case hex digits; attributes whose tag is a pattern are left out. */
let rules: ReadonlyMap<string, AttributeRule> | null = null;

function readRules(): ReadonlyMap<string, AttributeRule> {
  return new Map(
    Object.values(dataDictionary()).flatMap((entry) => {
      const tag = (entry?.tag ?? '').replace(/[(),]/g, '').toUpperCase();
      if (entry === undefined || !/^[0-9A-F]{8}$/.test(tag)) return [];
      return [[tag, { vr: entry.vr, isMultiple: entry.vm !== '1' }] as const];
    }),
  );
}

/** What the standard says of an attribute; null when it has none of this tag. */
export function attributeRule(tag: string): AttributeRule | null {
  rules ??= readRules();
  return rules.get(tag) ?? null;
}

/** Read by people and compared with nothing, so that a cut text is still the same statement, cut short. */
const PROSE = new Set([
  '00080104', // CodeMeaning
  '00081030', // StudyDescription
  '00081080', // AdmittingDiagnosesDescription
  '00102000', // MedicalAlerts
  '00102110', // Allergies
  '00102180', // Occupation
  '001021B0', // AdditionalPatientHistory
  '00104000', // PatientComments
  '00120051', // ClinicalTrialTimePointDescription
  '00120063', // DeidentificationMethod
  '00380062', // ServiceEpisodeDescription
]);

export function isProse(tag: string): boolean {
  return PROSE.has(tag);
}

/** Enumerated Values of the modules that are copied (PS3.3 C.7.1.1, C.7.2.2). */
const ENUMERATED: Readonly<Record<string, readonly (string | number)[]>> = {
  '00100022': ['TEXT', 'RFID', 'BARCODE'],
  '00100040': ['M', 'F', 'O'],
  '00100200': ['YES', 'NO'],
  '001021A0': ['YES', 'NO', 'UNKNOWN'],
  '001021C0': [1, 2, 3, 4],
  '00102203': ['ALTERED', 'UNALTERED'],
  '00120062': ['YES', 'NO'],
};
/** PS3.3 C.12.1.1.8: an offset from UTC. */
const TIMEZONE_OFFSET = /^[+-](0\d|1[0-4])[0-5]\d$/;

/** Whether the attribute may hold this value, which its VR allows. */
export function isAllowed(tag: string, value: string | number): boolean {
  if (tag === '00080201') return TIMEZONE_OFFSET.test(String(value));
  return ENUMERATED[tag]?.includes(value) ?? true;
}

/**
 * What an item of a sequence cannot do without (type 1 and 1C, PS3.3): one of these sets. Of a code or an identifier
 * with a part missing another one could come.
 */
export function partsOfItem(sequenceTag: string): readonly (readonly string[])[] {
  return PARTS[sequenceTag] ?? [];
}

/** Code Sequence Macro (PS3.3 8.8). */
const CODE = [
  ['00080100', '00080102', '00080104'],
  ['00080119', '00080102', '00080104'],
  ['00080120', '00080104'],
];
/** SOP Instance Reference Macro (PS3.3 10.8). */
const REFERENCE = [['00081150', '00081155']];
/** HL7v2 Hierarchic Designator Macro (PS3.3 10.14). */
const DESIGNATOR = [['00400031'], ['00400032', '00400033']];
/** Person Identification Macro (PS3.3 10.1). */
const PERSON = [
  ['00401101', '00080080'],
  ['00401101', '00080082'],
];
const PARTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  '00080051': DESIGNATOR,
  '00080082': CODE,
  '00080096': PERSON,
  '00080121': CODE,
  '00081032': CODE,
  '00081049': PERSON,
  '00081062': PERSON,
  '00081084': CODE,
  '00081110': REFERENCE,
  '00081120': REFERENCE,
  '00100026': [['00100020']],
  '00100027': [['00100020']],
  '00101002': [['00100020', '00100022']],
  '00101021': CODE,
  '00102202': CODE,
  '00120064': CODE,
  '00321034': CODE,
  '00380014': DESIGNATOR,
  '00380064': DESIGNATOR,
  '00400036': DESIGNATOR,
  '00400039': CODE,
  '0040003A': CODE,
  '00401012': CODE,
  '00401101': CODE,
};

/** Attributes that are only right with others, by the types that a module of PS3.3 gives them. */
interface Dependency {
  readonly group: readonly string[];
  /** Type 1 and 1C: the group goes where none of these sets is whole. */
  readonly needs: readonly (readonly string[])[];
  /** Type 2: these are there, empty if need be, where any of the group is. */
  readonly empty: readonly string[];
}

const TRIAL = ['00120010', '00120020'];
const TRIAL_TYPE_2 = ['00120021', '00120030', '00120031'];

/** Clinical Trial Subject and Study (C.7.1.3, C.7.2.3) and Patient (C.7.1.1). */
export const DEPENDENT: readonly Dependency[] = [
  {
    group: [...TRIAL, ...TRIAL_TYPE_2, '00120040', '00120042', '00120081', '00120082'],
    needs: [
      [...TRIAL, '00120040'],
      [...TRIAL, '00120042'],
    ],
    empty: TRIAL_TYPE_2,
  },
  { group: ['00120081', '00120082'], needs: [['00120081', '00120082']], empty: [] },
  { group: ['00120051'], needs: [[]], empty: ['00120050'] },
  { group: ['00120062'], needs: [['00120063'], ['00120064']], empty: [] },
  {
    group: ['00100033', '00100034', '00100035'],
    needs: [
      ['00100035', '00100033'],
      ['00100035', '00100034'],
    ],
    empty: [],
  },
];
