import type { Level } from '../../domain/level.ts';
import type { Point } from '../../domain/point.ts';
import { readCsv } from './csv/read-csv.ts';
import { finiteCell, levelCell } from './csv/table-cells.ts';
import { writeCsv } from './csv/write-csv.ts';

/** A disc's centre in the patient: what the challenge does not have and a phantom knows. */
export interface DiscCentre {
  readonly studyId: string;
  readonly level: Level;
  readonly discMm: Point;
}
const DISC_COLUMNS = ['study_id', 'level', 'x_mm', 'y_mm', 'z_mm'] as const;

/**
 * Reads disc_coordinates.csv: study_id, level, and the disc's centre in patient space (LPS, mm).
 * @throws CsvError naming line and column.
 */
export function readDiscCentres(text: string, file: string): readonly DiscCentre[] {
  return readCsv(text, file, DISC_COLUMNS).rows.map((row) => ({
    studyId: row.cell('study_id'),
    level: levelCell(row),
    discMm: [finiteCell(row, 'x_mm'), finiteCell(row, 'y_mm'), finiteCell(row, 'z_mm')],
  }));
}

/** The inverse of readDiscCentres. */
export function writeDiscCentres(discs: readonly DiscCentre[]): string {
  return writeCsv(
    DISC_COLUMNS,
    discs.map((disc) => [disc.studyId, disc.level, ...disc.discMm]),
  );
}
