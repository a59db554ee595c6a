import type { Algorithm, GradedStudy } from '../../domain/assessment.ts';
import { inWords } from '../../domain/remark.ts';
import type { Volumes } from '../../volume/volume.ts';
import { distinctInstances } from '../tree/image-library.ts';
import { gradeTable, gradeTableHeight } from './grade-table.ts';
import { LABEL_HEADINGS, labelTable } from './label-table.ts';
import type { Picture } from './render-picture.ts';
import { spinePicture } from './spine-picture.ts';
import { type Piece, textAt, wrapped } from './svg.ts';
import { worstFindings } from './worst-findings.ts';

export interface SummaryToDraw {
  readonly graded: GradedStudy;
  readonly volumes: Volumes;
  readonly softwareVersion: string;
  /** `YYYYMMDD` and `HHMMSS…`, the DA and TM of the analysis. */
  readonly date: string;
  readonly time: string;
}

/** Stands in the picture, twice. */
export const UNVERIFIED_STATEMENT = 'AI result, unverified – research use';

const SUMMARY_SIZE = 1024;
export const BACKGROUND = [0x11, 0x13, 0x17] as const;
const SPINE = { x: 16, y: 72, width: 400, height: 800 };
const TABLE = { x: 436, y: 72, width: 572, rowHeight: 52 };
const FOOTER_Y = 900;

/**
 * The summary of a graded study, 1024 × 1024: the middle of the spine with the levels numbered, the table
 * of grades, the worst findings each on the image where it was read, and what made it. It is given nothing that names
 * the patient.
 */
export async function summaryImage(summary: SummaryToDraw): Promise<Picture & Pick<Piece, 'images'>> {
  const spine = await spinePicture(summary, SPINE);
  const belowTable = { x: TABLE.x, y: TABLE.y + gradeTableHeight(TABLE.rowHeight) + 28 };
  const worst = await worstFindings(summary, belowTable);
  const svg = [header(), spine.svg, table(summary.graded), worst.svg, footer(summary)].join('\n');
  return {
    ...{ width: SUMMARY_SIZE, height: SUMMARY_SIZE, background: BACKGROUND, svg },
    slices: [...spine.slices, ...worst.slices],
    images: distinctInstances([...spine.images, ...worst.images]),
  };
}

/** Grades where the model gives any, else what it gives in their place. */
function table({ findings, observations }: GradedStudy): string {
  return findings.length > 0 ? gradeTable(findings, TABLE) : labelTable(observations, TABLE);
}

function header(): string {
  return [
    textAt(16, 42, 'Lumbar spine MRI: grading', { size: 26, bold: true }),
    textAt(SUMMARY_SIZE - 16, 42, UNVERIFIED_STATEMENT, {
      size: 20,
      bold: true,
      anchor: 'end',
      fill: '#ffc24d',
    }),
  ].join('');
}

/** What made the picture, and when. */
export interface Making extends Pick<SummaryToDraw, 'softwareVersion' | 'date' | 'time'> {
  readonly algorithm: Algorithm;
}

/** Rows of the picture that hold the line of its making and nothing else. */
export const MAKING_ROWS = { from: FOOTER_Y - 6, to: FOOTER_Y + 18 } as const;

/** Those rows by themselves: all that differs between pictures of the same grades made on different days. */
export function makingRows(making: Making): Picture {
  const height = MAKING_ROWS.to - MAKING_ROWS.from;
  const svg = makingLine(making, FOOTER_Y - MAKING_ROWS.from);
  return { width: SUMMARY_SIZE, height, background: BACKGROUND, slices: [], svg };
}

function makingLine({ algorithm, softwareVersion, date, time }: Making, y: number): string {
  const day = date.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  const made = [
    `Algorithm ${algorithm.name} ${algorithm.version}`,
    `model ${algorithm.packSha256.slice(0, 12)}`,
    `spinegrade ${softwareVersion}`,
    `${day} ${time.slice(0, 2)}:${time.slice(2, 4)}`,
  ].join(' · ');
  return textAt(16, y + 10, made, { size: 14 });
}

function footer({ graded, ...making }: SummaryToDraw): string {
  const { algorithm, findings, observations, warnings } = graded;
  // Where there are no grades, the table tells them all.
  const also = findings.length > 0 ? observations.filter((observation) => observation.present) : [];
  const present = also.map(
    ({ label, level }) => `${level} ${LABEL_HEADINGS[label].join(' ').replace('- ', '')}`,
  );
  const uncertain = findings.filter((finding) => finding.uncertain !== undefined).length;
  const remarks = [
    ...(uncertain > 0
      ? [`Dashed and with a question mark, ${uncertain} of ${findings.length}: uncertain, read with care.`]
      : []),
    ...(present.length > 0 ? [`Also present: ${present.join(', ')}.`] : []),
    ...warnings.map((warning) => `Note: ${inWords(warning)}`),
  ];
  const lines = remarks.flatMap((remark) => wrapped(remark, 128));
  const [shown, left] = [lines.slice(0, 4), lines.length - 4];
  if (left > 0) shown[3] = `… and more: see the Structured Report.`;
  return [
    `<line x1="16" y1="${FOOTER_Y - 12}" x2="${SUMMARY_SIZE - 16}" y2="${FOOTER_Y - 12}" stroke="#4a4f58"/>`,
    makingLine({ algorithm, ...making }, FOOTER_Y),
    ...shown.map((line, index) =>
      textAt(16, FOOTER_Y + 32 + index * 18, line, { size: 13, fill: '#ffd98a' }),
    ),
    textAt(
      16,
      SUMMARY_SIZE - 12,
      `${UNVERIFIED_STATEMENT}. Not a medical device, not for diagnosis. Levels are counted up from the sacrum.`,
      {
        size: 14,
        fill: '#ffc24d',
      },
    ),
  ].join('');
}
