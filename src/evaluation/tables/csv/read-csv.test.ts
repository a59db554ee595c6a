import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from './read-csv.ts';
import { writeCsv } from './write-csv.ts';

describe('readCsv', () => {
  test('reads cells by heading, whatever the order of columns and the line ends', () => {
    const { rows } = readCsv('\uFEFFb,a\r\n2,1\r\n\r\n4, 3 \r\n', 'x.csv', ['a', 'b']);
    expect(rows.map((row) => [row.line, row.cell('a'), row.cell('b')])).toEqual([
      [2, '1', '2'],
      [4, '3', '4'],
    ]);
  });

  test('reads quoted cells with commas, quotes and line ends; lines count those of the file', () => {
    const { rows } = readCsv('a,b\n"x, ""y""\nz",1\n"",2\n3,', 'x.csv', ['a']);
    expect(rows.map((row) => [row.line, row.cell('a'), row.cell('b')])).toEqual([
      [2, 'x, "y"\nz', '1'],
      [4, '', '2'],
      [5, '3', ''],
    ]);
  });

  test.each([
    ['', 'x.csv: is empty'],
    ['a\n1\n', 'x.csv, line 1, column b: is missing'],
    ['a,b,a\n1,2,3\n', 'x.csv, line 1, column a: is there twice'],
    ['a,b\n1,2\n3\n', 'x.csv, line 3: 1 cells where the heading has 2'],
    ['a,b\n1,2\n3,"4\n', 'x.csv, line 3: a quote is out of place or not closed'],
    ['a,b\n1"2,3\n', 'x.csv, line 2: a quote is out of place or not closed'],
  ])('says where %j is wrong', (text, message) => {
    expect(() => readCsv(text, 'x.csv', ['a', 'b'])).toThrow(message);
  });

  test('reads back what writeCsv wrote', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r\n', 'é', '1') });
    const trimmed = cell.map((text) => text.trim());
    fc.assert(
      fc.property(fc.array(fc.tuple(trimmed, trimmed, fc.integer())), (cells) => {
        const { rows } = readCsv(writeCsv(['x', 'y', 'n'], cells), 'x.csv', ['x', 'y', 'n']);
        expect(rows.map((row) => [row.cell('x'), row.cell('y'), Number(row.cell('n'))])).toEqual(cells);
      }),
    );
  });
});
