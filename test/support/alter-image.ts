import { createHash } from 'node:crypto';
import type { DataSetToEncode } from '../../src/dicom/part10/encode-part10.ts';
import type { SeriesRole } from '../../src/domain/series-role.ts';
import type { AlterImage } from '../../src/phantom/dicom/phantom-dicom.ts';

/** An element as a data set to encode holds it. */
export const element = (vr: string, ...values: readonly (string | number | ArrayBuffer)[]) => ({
  vr,
  Value: values,
});

/** The data set with some attributes replaced, or left out where undefined. */
export function withAttributes(
  dataSet: DataSetToEncode,
  changes: Readonly<Record<string, ReturnType<typeof element> | undefined>>,
): DataSetToEncode {
  const entries = Object.entries({ ...dataSet, ...changes });
  return Object.fromEntries(
    entries.flatMap(([tag, value]) => (value === undefined ? [] : [[tag, value] as const])),
  );
}

export const numbersOf = (dataSet: DataSetToEncode, tag: string) => dataSet[tag]!.Value.map(Number);

/** The matrix as phantoms are written: 16 bits a pixel. */
export function pixelsOf(dataSet: DataSetToEncode): {
  readonly rows: number;
  readonly columns: number;
  readonly stored: Uint16Array;
} {
  const [rows, columns] = [numbersOf(dataSet, '00280010')[0]!, numbersOf(dataSet, '00280011')[0]!];
  return { rows, columns, stored: new Uint16Array(dataSet['7FE00010']!.Value[0] as ArrayBuffer) };
}

/**
 * The same picture of the patient from a matrix stored otherwise: each new pixel is an old one, and the plane says so.
 * @param from new row and column → old ones; an affine map of whole pixels.
 */
export function resampled(
  dataSet: DataSetToEncode,
  size: { readonly rows: number; readonly columns: number },
  from: (row: number, column: number) => readonly [row: number, column: number],
): DataSetToEncode {
  const { columns, stored } = pixelsOf(dataSet);
  const cells = new Uint16Array(size.rows * size.columns);
  for (let row = 0; row < size.rows; row++) {
    for (let column = 0; column < size.columns; column++) {
      const [oldRow, oldColumn] = from(row, column);
      cells[row * size.columns + column] = stored[oldRow * columns + oldColumn]!;
    }
  }
  const [rowMm, columnMm] = numbersOf(dataSet, '00280030') as [number, number];
  const [position, orientation] = [numbersOf(dataSet, '00200032'), numbersOf(dataSet, '00200037')];
  const at = (row: number, column: number) =>
    position.map((mm, i) => mm + orientation[i]! * columnMm * column + orientation[i + 3]! * rowMm * row);
  const origin = at(...from(0, 0));
  const step = (to: readonly number[]) => {
    const vector = to.map((mm, i) => mm - origin[i]!);
    const length = Math.hypot(...vector);
    return { length, direction: vector.map((mm) => mm / length) };
  };
  const [alongRow, alongColumn] = [step(at(...from(0, 1))), step(at(...from(1, 0)))];
  const decimals = (values: readonly number[]) => values.map((value) => decimal(value));
  return withAttributes(dataSet, {
    '00280010': element('US', size.rows),
    '00280011': element('US', size.columns),
    '00200032': element('DS', ...decimals(origin)),
    '00200037': element('DS', ...decimals([...alongRow.direction, ...alongColumn.direction])),
    '00280030': element('DS', ...decimals([alongColumn.length, alongRow.length])),
    '7FE00010': element('OW', cells.buffer),
  });
}

/** DS of at most 16 characters. */
export function decimal(value: number): string {
  return String(Number(value.toFixed(10))).slice(0, 16);
}

/** The picture with a row put between every two, their mean: pixels half as high as wide, nothing else different. */
export function withRowsBetween(dataSet: DataSetToEncode): DataSetToEncode {
  const { rows, columns, stored } = pixelsOf(dataSet);
  const cells = new Uint16Array((2 * rows - 1) * columns);
  for (let row = 0; row < 2 * rows - 1; row++) {
    const [above, below] = [Math.floor(row / 2), Math.ceil(row / 2)];
    for (let column = 0; column < columns; column++) {
      const sum = stored[above * columns + column]! + stored[below * columns + column]!;
      cells[row * columns + column] = Math.round(sum / 2);
    }
  }
  const [rowMm, columnMm] = numbersOf(dataSet, '00280030') as [number, number];
  return withAttributes(dataSet, {
    '00280010': element('US', 2 * rows - 1),
    '00280030': element('DS', decimal(rowMm / 2), decimal(columnMm)),
    '7FE00010': element('OW', cells.buffer),
  });
}

/** The alteration of the images of one role only. */
export const only =
  (role: SeriesRole, alter: AlterImage): AlterImage =>
  (dataSet, image) =>
    image.role === role ? alter(dataSet, image) : dataSet;

/** A UID element, the same each time for the same parts. */
export const uid = (...parts: readonly unknown[]) =>
  element(
    'UI',
    `2.25.${BigInt(`0x${createHash('sha256').update(parts.join()).digest('hex').slice(0, 30)}`)}`,
  );

/** The same order each time, and no order anyone would want. */
export const shuffled = <T>(items: readonly T[]) =>
  items
    .map((item, index) => ({ item, key: createHash('sha256').update(String(index)).digest('hex') }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
