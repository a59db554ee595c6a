import type { DataSet } from 'dicom-parser';
import { parsePart10 } from '../../src/dicom/part10/parse-part10.ts';
import type { ResultKind } from '../../src/domain/result-object.ts';
import { composeReport } from '../../src/sr/encode/encode-report.ts';
import { composeKeyObjects } from '../../src/sr/encode/key-object-selection.ts';
import { encodeSecondaryCapture } from '../../src/sr/encode/secondary-capture.ts';
import {
  PLANNED_LEVELS,
  plannedImages,
  plannedVolumes,
  reportToCompose,
  STUDY_UID,
} from '../../src/sr/report.fixture.ts';
import { plannedOutlines } from '../../src/sr/segmentation/outlined-study.fixture.ts';
import { encodeSegmentation } from '../../src/sr/segmentation/segmentation.ts';
import { segmentedSeries } from '../../src/sr/segmentation/segmented-series.ts';
import { composeNotAnalysedReport } from '../../src/sr/tree/not-analysed-report.ts';

/** Every kind of object that results have, of a study whose images were compressed with loss and say nothing of patient and study. */
export async function encodedResults(): Promise<Readonly<Record<ResultKind, readonly Uint8Array[]>>> {
  const report = { ...reportToCompose(), studyContext: {} };
  const predecessors = [
    { studyInstanceUid: STUDY_UID, seriesInstanceUid: '2.25.1', sopInstanceUid: '2.25.2' },
  ];
  const lossy = { ratios: [12.5], methods: ['ISO_10918_1'] };
  const sources = report.images.map(({ reference }) => ({ image: reference, lossy }));
  const picture = { width: 2, height: 2, samples: new Uint8Array(12) };
  const { algorithm } = report.graded;
  const images = plannedImages(report.images[0]!.reference.frameOfReferenceUid);
  const [volumes, outlines] = [plannedVolumes(images, lossy), plannedOutlines(images)];
  const series = await segmentedSeries(['sagittal', 'axial'], PLANNED_LEVELS, outlines, volumes);
  return {
    SR: [
      composeReport({ ...report, predecessors }).bytes,
      composeNotAnalysedReport(report, { algorithm, reasons: ['a reason'] }),
    ],
    SC: [encodeSecondaryCapture(report, picture, sources, 'summary')],
    KO: [composeKeyObjects(report, report.graded)!],
    SEG: series.map((each) => encodeSegmentation(report, each, algorithm)),
  };
}

/** Templates that containers name, at any depth (TemplateIdentifier). */
function templatesIn(dataSet: DataSet): readonly string[] {
  const own = dataSet.string('x0040db00');
  const within = Object.values(dataSet.elements).flatMap(({ items = [] }) =>
    items.flatMap((item) => (item.dataSet === undefined ? [] : templatesIn(item.dataSet))),
  );
  return [...(own === undefined ? [] : [own.trim()]), ...within];
}

/** What an object is, and the tags at its top but for the file meta information (PS3.10 7.1). */
export function readTop(bytes: Uint8Array) {
  const dataSet = parsePart10(bytes);
  const text = (tag: string) => (dataSet.string(tag) ?? '').trim();
  return {
    sopClassUid: text('x00080016'),
    modality: text('x00080060'),
    transferSyntaxUid: text('x00020010'),
    templates: templatesIn(dataSet),
    tags: Object.keys(dataSet.elements)
      .map((tag) => tag.slice(1).toUpperCase())
      .filter((tag) => !tag.startsWith('0002')),
  };
}
