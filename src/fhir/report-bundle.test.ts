import type { Bundle, DiagnosticReport, Observation } from 'fhir/r4.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { fhirValidators } from '../../test/support/fhir-validators.ts';
import type { GradedStudy } from '../domain/assessment.ts';
import { GRADES } from '../domain/grade.ts';
import { NUMBERING_STATEMENT } from '../domain/level.ts';
import { isMeasured, UNIT } from '../domain/measurement.ts';
import { uncertaintyInWords } from '../domain/uncertainty.ts';
import { measuredStudy } from '../sr/measurements.fixture.ts';
import { gradedStudy, plannedImages, STUDY_UID } from '../sr/report.fixture.ts';
import {
  GRADE_CODES,
  LEVEL_CODES,
  MEASURE_CODES,
  METHOD_CODES,
  measurementName,
  QUANTITY_CODES,
  SIDE_CODES,
  targetName,
  UNMEASURED_CODES,
} from '../sr/tree/coded-concepts.ts';
import { measurementTrackingUid } from '../sr/tree/measured-group.ts';
import { trackingUid } from '../sr/tree/measurement-group.ts';
import { RESEARCH_USE_STATEMENT } from '../sr/tree/measurement-report.ts';
import type { ReportToBundle } from './diagnostic-report.ts';
import { reportBundle } from './report-bundle.ts';

const images = plannedImages('2.25.5');
const whole = gradedStudy(images, ['Read <with> care & eyes.']);
const { location } = whole.findings[0]!;
const input: ReportToBundle = {
  analysisId: '6b1f9a52-7a52-4a55-9a4c-0f6a3c1d2e4f',
  studyInstanceUid: STUDY_UID,
  graded: whole,
  finishedAt: new Date('2026-01-02T03:04:05.678Z'),
  reportSopInstanceUid: '2.25.4711',
};
/** A pack of a few targets and a multi-label network; no image shows the last observation. */
const few: GradedStudy = {
  ...whole,
  findings: whole.findings.filter(({ level }) => level === 'L4/L5').slice(0, 3),
  observations: [
    { label: 'herniation', level: 'L4/L5', probability: 0.75, present: true, location },
    { label: 'bulge', level: 'L5/S1', probability: 0.125, present: false, location: null },
  ],
};
const measured = measuredStudy(images);
const none: GradedStudy = { ...few, findings: [] };

const observationsOf = (bundle: Bundle): Observation[] =>
  bundle.entry!.flatMap(({ resource }) =>
    resource?.resourceType === 'Observation' ? [resource as Observation] : [],
  );
const component = ({ component }: Observation, code: string) =>
  component!.filter((one) => one.code.coding!.some((coding) => coding.code === code));

let validators: ReturnType<typeof fhirValidators>;
beforeAll(() => {
  validators = fhirValidators();
}, 120_000);

describe('passes HL7’s JSON schema of R4 and the structure definitions', () => {
  test.each([
    ['25 findings', input],
    ['few findings and two observations', { ...input, graded: few }],
    ['lengths and areas, one absent', { ...input, graded: measured }],
    ['observations alone, no report written', { ...input, graded: none, reportSopInstanceUid: null }],
  ])(
    '%s',
    (_, given) => {
      const bundle = JSON.parse(JSON.stringify(reportBundle(given)));
      expect(validators.jsonSchema(bundle)).toEqual([]);
      expect(validators.structureDefinitions(bundle)).toEqual([]);
    },
    120_000,
  );

  test('both of which would notice', () => {
    const spoilt = (spoil: (observation: Observation, report: DiagnosticReport) => void) => {
      const bundle = reportBundle(input);
      const [report, observation] = bundle.entry!.map(({ resource }) => resource);
      spoil(observation as Observation, report as DiagnosticReport);
      return JSON.parse(JSON.stringify(bundle));
    };
    const wrongType = spoilt((observation) =>
      Object.assign(observation.component!.at(-1)!.valueQuantity!, { value: '0.5' }),
    );
    expect(validators.jsonSchema(wrongType)).not.toEqual([]);
    expect(validators.structureDefinitions(wrongType)).not.toEqual([]);
    const unknownStatus = spoilt((_, report) => Object.assign(report, { status: 'unverified' }));
    expect(validators.jsonSchema(unknownStatus)).not.toEqual([]);
    const noCode = spoilt((observation) => Object.assign(observation, { code: undefined }));
    expect(validators.structureDefinitions(noCode)).toContainEqual(expect.stringContaining('code'));
    const stray = spoilt((observation) => Object.assign(observation, { laterality: 'left' }));
    expect(validators.jsonSchema(stray)).not.toEqual([]);
    expect(validators.structureDefinitions(stray)).not.toEqual([]);
  }, 120_000);
});

describe('what no schema sees', () => {
  test('an observation a finding, coded as in the report, its probabilities components', () => {
    const observations = observationsOf(reportBundle(input));
    expect(observations).toHaveLength(25);
    observations.forEach((observation, index) => {
      const finding = whole.findings[index]!;
      expect(observation).toMatchObject({
        status: 'preliminary',
        identifier: [
          {
            type: { coding: [{ code: '112040' }] },
            system: 'urn:dicom:uid',
            value: `urn:oid:${trackingUid(STUDY_UID, finding)}`,
          },
          { type: { coding: [{ code: '112039' }] }, value: targetName(finding) },
        ],
        category: [{ coding: [{ code: 'imaging' }, { code: '125007' }] }],
        code: { text: targetName(finding) },
        valueCodeableConcept: { coding: [{ code: GRADE_CODES[finding.grade].value }] },
        bodySite: {
          coding: [{ system: 'http://snomed.info/sct', code: LEVEL_CODES[finding.level].value }],
        },
        note: [
          { text: RESEARCH_USE_STATEMENT },
          ...(finding.uncertain ? [{ text: uncertaintyInWords(finding.uncertain) }] : []),
        ],
      });
      const sides = component(observation, '272741003').map((one) => one.valueCodeableConcept);
      const side = finding.side === null ? [] : [{ coding: [{ code: SIDE_CODES[finding.side].value }] }];
      expect(sides).toMatchObject(side);
      const probabilities = component(observation, '122157');
      expect(probabilities.map((one) => one.valueQuantity!.value)).toEqual(
        GRADES.map((grade) => finding.probabilities[grade]),
      );
      expect(new Set(probabilities.map((one) => one.code.coding![1]!.code)).size).toBe(3);
      expect(probabilities[0]!.valueQuantity).toMatchObject({
        system: 'http://unitsofmeasure.org',
        code: '1',
      });
    });
  });

  test('every reference is resolved in the bundle or names the study by its UID; nobody is named', () => {
    const bundle = reportBundle({ ...input, graded: few });
    const urls = bundle.entry!.map(({ fullUrl }) => fullUrl);
    expect(new Set(urls).size).toBe(urls.length);
    const report = bundle.entry![0]!.resource as DiagnosticReport;
    expect(report.result!.map(({ reference }) => reference)).toEqual(urls.slice(1, -1));
    expect(report.imagingStudy).toEqual([
      {
        type: 'ImagingStudy',
        identifier: {
          type: { coding: [expect.objectContaining({ code: '110180' })] },
          system: 'urn:dicom:uid',
          value: `urn:oid:${STUDY_UID}`,
        },
      },
    ]);
    for (const observation of observationsOf(bundle)) {
      expect(observation.device!.reference).toBe(urls.at(-1));
      expect(observation.derivedFrom).toEqual(report.imagingStudy);
      expect(observation.partOf).toEqual(report.imagingStudy);
    }
    expect(JSON.stringify(bundle)).not.toMatch(/subject|Patient|performer/);
  });

  test('observed labels are present or absent, with both probabilities', () => {
    const [herniation, bulge] = observationsOf(reportBundle({ ...input, graded: none }));
    const values = (observation: Observation) =>
      component(observation, '122157').map((one) => one.valueQuantity!.value);
    expect(herniation!.valueCodeableConcept!.coding![0]!.display).toBe('Present');
    expect(bulge!.valueCodeableConcept!.coding![0]!.display).toBe('Absent');
    expect([values(herniation!), values(bulge!)]).toEqual([
      [0.75, 0.25],
      [0.125, 0.875],
    ]);
    expect(component(herniation!, '121112')[0]!.valueString).toBe(
      `urn:oid:${location!.image.sopInstanceUid}`,
    );
    expect(component(bulge!, '121112')).toEqual([]);
  });

  test('a length is a quantity in UCUM with its method, level and image; an absent one says why', () => {
    const bundle = reportBundle({ ...input, graded: measured });
    const observations = observationsOf(bundle).slice(25);
    const { measurements = [] } = measured;
    expect(observations).toHaveLength(measurements.length);
    observations.forEach((observation, index) => {
      const measurement = measurements[index]!;
      const { level, measure } = measurement;
      expect(observation).toMatchObject({
        status: 'preliminary',
        identifier: [
          { value: `urn:oid:${measurementTrackingUid(STUDY_UID, measurement)}` },
          { value: measurementName(measurement) },
        ],
        code: { coding: [{ code: MEASURE_CODES[measure].value }, { code: QUANTITY_CODES[measure].value }] },
        bodySite: { coding: [{ code: LEVEL_CODES[level].value }] },
        method: { coding: [{ code: METHOD_CODES[measure].value }] },
      });
      if (!isMeasured(measurement)) {
        expect(observation).not.toHaveProperty('valueQuantity');
        expect(observation.dataAbsentReason!.coding!.map(({ code }) => code)).toEqual([
          UNMEASURED_CODES[measurement.absent].value,
          'unknown',
        ]);
        return;
      }
      expect(observation).not.toHaveProperty('dataAbsentReason');
      expect(observation.valueQuantity).toEqual({
        value: measurement.value,
        unit: UNIT[measure],
        system: 'http://unitsofmeasure.org',
        code: UNIT[measure],
      });
      const { sopInstanceUid } = measurement.image;
      expect(component(observation, '121112')[0]!.valueString).toBe(`urn:oid:${sopInstanceUid}`);
    });
    const report = bundle.entry![0]!.resource as DiagnosticReport;
    expect(report.result).toHaveLength(50);
    expect(report.conclusion).toContain('Measured: 24 of 25 lengths and areas.');
  });

  test('without measurements the bundle is what it was', () => {
    const { measurements: _, ...unmeasured } = measured;
    expect(reportBundle({ ...input, graded: { ...unmeasured, measurements: [] } })).toEqual(
      reportBundle({ ...input, graded: unmeasured }),
    );
  });

  test('the device is the model with its pack; the same one gives the same resource', () => {
    const [first, again] = [reportBundle(input), reportBundle({ ...input, analysisId: crypto.randomUUID() })];
    const device = first.entry!.at(-1)!;
    expect(again.entry!.at(-1)).toEqual(device);
    expect(device.resource).toMatchObject({
      deviceName: [{ name: 'test pack' }],
      version: [{ value: '1.2.3' }, { value: 'ab'.repeat(32) }],
    });
    const { graded } = input;
    const algorithm = { ...graded.algorithm, packSha256: 'cd'.repeat(32) };
    const other = reportBundle({ ...input, graded: { ...graded, algorithm } });
    expect(other.entry!.at(-1)!.fullUrl).not.toBe(device.fullUrl);
  });

  test('the report says in words what was found, that nobody verified it, and escapes what it repeats', () => {
    const report = reportBundle(input).entry![0]!.resource as DiagnosticReport;
    expect(report.conclusion).toContain(RESEARCH_USE_STATEMENT);
    expect(report.conclusion).toContain(NUMBERING_STATEMENT);
    expect(report.conclusion).toContain('Read <with> care & eyes.');
    expect(report.text!.div).toContain('<p>Read &lt;with> care &amp; eyes.</p>');
    for (const finding of whole.findings.filter(({ grade }) => grade !== 'Normal/Mild')) {
      expect(report.conclusion).toContain(targetName(finding));
    }
  });
});
