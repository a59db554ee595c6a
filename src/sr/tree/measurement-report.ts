import type { Algorithm, GradedStudy, Location } from '../../domain/assessment.ts';
import { inferenceServerInWords } from '../../domain/inference-server.ts';
import { NUMBERING_STATEMENT } from '../../domain/level.ts';
import { isMeasured } from '../../domain/measurement.ts';
import { inWords } from '../../domain/remark.ts';
import { targetKey } from '../../domain/target.ts';
import { UNCERTAINTIES, uncertaintyInWords } from '../../domain/uncertainty.ts';
import type { ObserverDevice } from '../encode/result-header.ts';
import { CODES, measurementName, observationName, targetName } from './coded-concepts.ts';
import { type ChildOf, type ContentItem, codeItem, container, textItem, uidItem } from './content-item.ts';
import { type InputImage, imageLibrary } from './image-library.ts';
import { measuredGroup, unmeasuredItems } from './measured-group.ts';
import { measurementGroup } from './measurement-group.ts';
import { observationGroup } from './observation-group.ts';

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
 * one measurement group a finding, an observation and a length or area, and remarks.
 * @param remarks sentences free of patient data that the remarks section repeats.
 * @throws RangeError when there is nothing to report or something twice, when probabilities do not sum to 1, or the
 *   grade is not the most probable one; TypeError when a finding lies on an image outside the input set.
 */
export function measurementReport(
  input: ReportInput,
  remarks: readonly string[] = [],
): ContentItem<'CONTAINER'> {
  const { graded } = input;
  checkFindings(input);
  checkObservations(input);
  checkMeasurements(input);
  const comments = [
    RESEARCH_USE_STATEMENT,
    NUMBERING_STATEMENT,
    ...graded.warnings.map(inWords),
    ...missingPlaces(graded),
    ...uncertainFindings(graded),
    ...remarks,
  ];
  const evaluations = [...commentItems(comments), ...unmeasuredItems(graded.measurements ?? [])];
  return container(
    CODES.imagingMeasurementReport,
    [
      ...reportContext(input.observer),
      { relationship: 'CONTAINS', item: imageLibrary(input.images) },
      { relationship: 'CONTAINS', item: imagingMeasurements(input) },
      { relationship: 'CONTAINS', item: container(CODES.qualitativeEvaluations, evaluations) },
    ],
    '1500',
  );
}

/** What stands before the content of every report: language (TID 1204), observer, procedure. */
export function reportContext(observer: ObserverDevice): ChildOf<'CONTAINER'>[] {
  const procedure = codeItem(CODES.procedureReported, CODES.mriUnspecifiedBodyRegion);
  return [
    { relationship: 'HAS CONCEPT MOD', item: codeItem(CODES.language, CODES.englishUnitedStates) },
    ...observerContext(observer),
    { relationship: 'HAS CONCEPT MOD', item: procedure },
  ];
}

/** Each sentence once. */
export function commentItems(comments: readonly string[]): ChildOf<'CONTAINER'>[] {
  return [...new Set(comments)].map((text) => ({
    relationship: 'CONTAINS',
    item: textItem(CODES.comment, text),
  }));
}

/** TID 1002 and TID 1004. */
export function observerContext(observer: ObserverDevice): ChildOf<'CONTAINER'>[] {
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
  const groups = [
    ...graded.findings.map((finding) => measurementGroup(finding, studyInstanceUid)),
    ...graded.observations.map((observation) => observationGroup(observation, studyInstanceUid)),
    ...(graded.measurements ?? []).filter(isMeasured).map((each) => measuredGroup(each, studyInstanceUid)),
  ];
  return container(CODES.imagingMeasurements, [
    // So that no group stands without the algorithm that made it.
    ...algorithmIdentification(graded.algorithm),
    ...groups.map((item) => ({ relationship: 'CONTAINS', item }) as const),
  ]);
}

/** TID 4019. */
export function algorithmIdentification(algorithm: Algorithm): ChildOf<'CONTAINER'>[] {
  const items = [
    textItem(CODES.algorithmName, algorithm.name),
    textItem(CODES.algorithmVersion, algorithm.version),
    textItem(CODES.algorithmParameters, `model pack SHA-256: ${algorithm.packSha256}`),
    textItem(CODES.algorithmParameters, `execution provider: ${algorithm.executionProvider}`),
    ...(algorithm.inferenceServer === undefined ? [] : inferenceServerInWords(algorithm.inferenceServer)).map(
      (words) => textItem(CODES.algorithmParameters, words),
    ),
    ...(algorithm.licence === undefined
      ? []
      : [textItem(CODES.algorithmParameters, `licence of the weights: ${algorithm.licence}`)]),
  ];
  return items.map((item) => ({ relationship: 'HAS CONCEPT MOD', item }));
}

/** In the group of a finding no template has a place for it. */
function uncertainFindings({ findings }: GradedStudy): string[] {
  return UNCERTAINTIES.flatMap((reason) => {
    const of = findings.filter(({ uncertain }) => uncertain?.includes(reason));
    if (of.length === 0) return [];
    return [`${uncertaintyInWords([reason])} ${of.map(targetName).join(', ')}.`];
  });
}

function missingPlaces({ findings, observations }: GradedStudy): string[] {
  const places = [
    ...findings.map((finding) => ({ ...finding, name: targetName(finding) })),
    ...observations.map((each) => ({ ...each, name: observationName(each) })),
  ];
  const names = (chosen: typeof places) => chosen.map(({ name }) => name).join(', ');
  const unseen = places.filter(({ location }) => location === null);
  const nowhere = unseen.filter(({ unseenAt }) => unseenAt === undefined);
  const inSpace = unseen.filter(({ unseenAt }) => unseenAt !== undefined);
  const unframed = places.filter(({ location }) => location?.image.frameOfReferenceUid === null);
  return [
    ...(nowhere.length > 0 ? [`No location is given, no image shows the place: ${names(nowhere)}.`] : []),
    ...(inSpace.length > 0
      ? [`Only a 3D location is given, no image shows the place: ${names(inSpace)}.`]
      : []),
    ...(unframed.length > 0
      ? [`No 3D location is given, the image has no frame of reference: ${names(unframed)}.`]
      : []),
  ];
}

function checkFindings({ graded: { findings, observations }, images }: ReportInput): void {
  if (findings.length + observations.length === 0) throw new RangeError('a report needs a finding');
  if (new Set(findings.map(targetKey)).size !== findings.length) {
    throw new RangeError('a report needs each target at most once');
  }
  for (const finding of findings) {
    const values = Object.values(finding.probabilities);
    const sum = values.reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) > 1e-6 || values.some((value) => !(value >= 0 && value <= 1))) {
      throw new RangeError(`the probabilities of ${targetName(finding)} do not sum to 1`);
    }
    if (finding.probabilities[finding.grade] < Math.max(...values)) {
      throw new RangeError(`the grade of ${targetName(finding)} is not its most probable one`);
    }
    checkPlace(targetName(finding), finding.location, images);
  }
}

function checkObservations({ graded: { observations }, images }: ReportInput): void {
  if (new Set(observations.map(observationName)).size !== observations.length) {
    throw new RangeError('a report needs each observation at most once');
  }
  for (const observation of observations) {
    const name = observationName(observation);
    const { probability, present } = observation;
    if (!(probability >= 0 && probability <= 1)) throw new RangeError(`${name} has no probability`);
    if (present !== probability >= 0.5) throw new RangeError(`${name}: presence and probability disagree`);
    checkPlace(name, observation.location, images);
  }
}

function checkMeasurements({ graded: { measurements = [] }, images }: ReportInput): void {
  if (new Set(measurements.map(measurementName)).size !== measurements.length) {
    throw new RangeError('a report needs each measurement at most once');
  }
  for (const each of measurements.filter(isMeasured)) checkPlace(measurementName(each), each, images);
}

function checkPlace(
  name: string,
  location: Pick<Location, 'image'> | null,
  images: readonly InputImage[],
): void {
  if (location === null) return;
  const { sopInstanceUid, seriesInstanceUid } = location.image;
  const isIt = ({ reference }: InputImage) =>
    reference.sopInstanceUid === sopInstanceUid && reference.seriesInstanceUid === seriesInstanceUid;
  if (!images.some(isIt)) {
    throw new TypeError(`${name} lies on an image that is not in the input set`);
  }
}
