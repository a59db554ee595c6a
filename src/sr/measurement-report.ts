import type { GradedStudy } from '../domain/assessment.ts';
import { TARGETS, targetKey } from '../domain/target.ts';
import { CODES, targetName } from './coded-concepts.ts';
import { type ChildOf, type ContentItem, codeItem, container, textItem, uidItem } from './content-item.ts';
import { type InputImage, imageLibrary } from './image-library.ts';
import { measurementGroup } from './measurement-group.ts';

/** The device that observed (TID 1004) and made the object (PS3.3 C.7.5.1, C.7.5.2); no value may be empty. */
export interface ObserverDevice {
  readonly uid: string;
  readonly name: string;
  readonly manufacturer: string;
  readonly modelName: string;
  readonly serialNumber: string;
  readonly softwareVersion: string;
}

export interface ReportInput {
  readonly studyInstanceUid: string;
  readonly graded: GradedStudy;
  /** Every image the grading had: the evidence and the image library. */
  readonly images: readonly InputImage[];
  readonly observer: ObserverDevice;
}

/** Stands in every report, whatever was found. */
export const RESEARCH_USE_STATEMENT =
  'AI result, unverified. For research use only; not a medical device and not for diagnosis.';

/**
 * The content tree of an Imaging Measurement Report (PS3.16 TID 1500): language, observer, procedure, image library,
 * one measurement group a target, and remarks.
 * @param remarks sentences free of patient data that the remarks section repeats.
 * @throws RangeError when the findings are not the 25 targets, once each, with probabilities that sum to 1 and the
 *   most probable grade; TypeError when a finding lies on an image outside the input set.
 */
export function measurementReport(
  input: ReportInput,
  remarks: readonly string[] = [],
): ContentItem<'CONTAINER'> {
  const { graded } = input;
  checkFindings(input);
  const comments = [RESEARCH_USE_STATEMENT, ...graded.warnings, ...missingPlaces(graded), ...remarks];
  return container(
    CODES.imagingMeasurementReport,
    [
      { relationship: 'HAS CONCEPT MOD', item: codeItem(CODES.language, CODES.englishUnitedStates) },
      ...observerContext(input.observer),
      {
        relationship: 'HAS CONCEPT MOD',
        item: codeItem(CODES.procedureReported, CODES.mriUnspecifiedBodyRegion),
      },
      { relationship: 'CONTAINS', item: imageLibrary(input.images) },
      { relationship: 'CONTAINS', item: imagingMeasurements(input) },
      {
        relationship: 'CONTAINS',
        item: container(
          CODES.qualitativeEvaluations,
          comments.map((text) => ({ relationship: 'CONTAINS', item: textItem(CODES.comment, text) })),
        ),
      },
    ],
    '1500',
  );
}

/** TID 1002 and TID 1004. */
function observerContext(observer: ObserverDevice): ChildOf<'CONTAINER'>[] {
  const items = [
    codeItem(CODES.observerType, CODES.device),
    uidItem(CODES.deviceObserverUid, observer.uid),
    textItem(CODES.deviceObserverName, observer.name),
    textItem(CODES.deviceObserverManufacturer, observer.manufacturer),
    textItem(CODES.deviceObserverModelName, observer.modelName),
    textItem(CODES.deviceObserverSerialNumber, observer.serialNumber),
  ];
  return items.map((item) => ({ relationship: 'HAS OBS CONTEXT', item }));
}

function imagingMeasurements({ graded, studyInstanceUid }: ReportInput): ContentItem<'CONTAINER'> {
  const { name, version, packSha256, executionProvider } = graded.algorithm;
  const algorithm = [
    textItem(CODES.algorithmName, name),
    textItem(CODES.algorithmVersion, version),
    textItem(CODES.algorithmParameters, `model pack SHA-256: ${packSha256}`),
    textItem(CODES.algorithmParameters, `execution provider: ${executionProvider}`),
  ];
  return container(CODES.imagingMeasurements, [
    // TID 4019, so that no group stands without the algorithm that made it.
    ...algorithm.map((item) => ({ relationship: 'HAS CONCEPT MOD', item }) as const),
    ...graded.findings.map(
      (finding) => ({ relationship: 'CONTAINS', item: measurementGroup(finding, studyInstanceUid) }) as const,
    ),
  ]);
}

function missingPlaces({ findings }: GradedStudy): string[] {
  const names = (chosen: GradedStudy['findings']) => chosen.map(targetName).join(', ');
  const unseen = findings.filter(({ location }) => location === null);
  const unframed = findings.filter(({ location }) => location?.image.frameOfReferenceUid === null);
  return [
    ...(unseen.length > 0 ? [`No location is given, no image shows the place: ${names(unseen)}.`] : []),
    ...(unframed.length > 0
      ? [`No 3D location is given, the image has no frame of reference: ${names(unframed)}.`]
      : []),
  ];
}

function checkFindings({ graded: { findings }, images }: ReportInput): void {
  const keys = new Set(findings.map(targetKey));
  if (findings.length !== TARGETS.length || !TARGETS.every((target) => keys.has(targetKey(target)))) {
    throw new RangeError(`a report needs each of the ${TARGETS.length} targets once`);
  }
  const known = new Set(images.map(({ reference }) => reference.sopInstanceUid));
  for (const finding of findings) {
    const values = Object.values(finding.probabilities);
    const sum = values.reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) > 1e-6 || values.some((value) => !(value >= 0 && value <= 1))) {
      throw new RangeError(`the probabilities of ${targetName(finding)} do not sum to 1`);
    }
    if (finding.probabilities[finding.grade] < Math.max(...values)) {
      throw new RangeError(`the grade of ${targetName(finding)} is not its most probable one`);
    }
    if (finding.location !== null && !known.has(finding.location.image.sopInstanceUid)) {
      throw new TypeError(`${targetName(finding)} lies on an image that is not in the input set`);
    }
  }
}
