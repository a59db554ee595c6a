import { expect, test } from 'vitest';
import { readSliceTable } from './slice-table.ts';

const SAGITTAL = 'file,study_id,series_id,instance_number,condition,level,grade,x,y,height,width';
const AXIAL =
  'file,study_id,series_id,level,left_subarticular,left_x,left_y,right_subarticular,right_x,right_y,spinal_canal';

test('the columns tell which table it is', () => {
  const foramina = `${SAGITTAL}\na/1.webp,1,2,3,Left Neural Foraminal Narrowing,L4/L5,Severe,10.5,20,512,384\n`;
  expect(readSliceTable(foramina, 'f.csv')).toEqual({
    kind: 'sagittal-t1',
    labels: [
      {
        ...{ file: 'a/1.webp', studyId: '1', seriesId: '2', side: 'left', level: 'L4/L5', grade: 'Severe' },
        ...{ column: 10.5, row: 20, columns: 384, rows: 512 },
      },
    ],
  });
  const axial = `${AXIAL}\nb.png,1,2,L5/S1,Moderate,90,40,,,,Normal/Mild\n`;
  expect(readSliceTable(axial, 'a.csv')).toEqual({
    kind: 'axial-t2',
    labels: [
      {
        ...{ file: 'b.png', studyId: '1', seriesId: '2', level: 'L5/S1', canal: 'Normal/Mild' },
        ...{ left: 'Moderate', right: null, leftAt: [90, 40], rightAt: null },
      },
    ],
  });
});

test.each([
  ['Left Subarticular Stenosis,L4/L5,Severe,1,2,3,4', 'line 2, column condition'],
  ['Left Neural Foraminal Narrowing,L6/S1,Severe,1,2,3,4', 'line 2, column level'],
  ['Left Neural Foraminal Narrowing,L4/L5,Bad,1,2,3,4', 'line 2, column grade: "Bad" is none of'],
  ['Left Neural Foraminal Narrowing,L4/L5,,1,2,3,4', 'line 2, column grade: is empty'],
  ['Left Neural Foraminal Narrowing,L4/L5,Severe,x,2,3,4', 'line 2, column x: "x" is not a number'],
  ['Left Neural Foraminal Narrowing,L4/L5,Severe,1,2,0,4', 'line 2, column height: 0 is not above 0'],
])('%s is refused by line and column', (cells, problem) => {
  const text = `${SAGITTAL}\na.png,1,2,3,${cells}\n`;
  expect(() => readSliceTable(text, 'f.csv')).toThrow(problem);
});

test('a place with one coordinate, a picture or study without a name', () => {
  expect(() => readSliceTable(`${AXIAL}\nb.png,1,2,L5/S1,,90,,,,,\n`, 'a.csv')).toThrow('column left_y');
  expect(() => readSliceTable(`${AXIAL}\n,1,2,L5/S1,,,,,,,\n`, 'a.csv')).toThrow('column file: is empty');
  expect(() => readSliceTable(`${AXIAL}\nb.png,,2,L5/S1,,,,,,,\n`, 'a.csv')).toThrow(
    'column study_id: is empty',
  );
  expect(() => readSliceTable('file,study_id,series_id,level\n', 'a.csv')).toThrow(
    'column left_subarticular',
  );
});
