import { describe, expect, test } from 'vitest';
import { TARGETS, targetKey } from '../../domain/target.ts';
import { alignSubmission } from './align-submission.ts';
import { readDiscCentres, writeDiscCentres } from './disc-centres-table.ts';
import { readGrades, writeGrades } from './grades-table.ts';
import { type LabelledPoint, readLabelledPoints, writeLabelledPoints } from './labelled-points-table.ts';
import { readSubmission, writeSubmission } from './submission-table.ts';

const KEYS = TARGETS.map(targetKey);
const ALL_MILD = Object.fromEntries(KEYS.map((key) => [key, 'Normal/Mild' as const]));
const gradesOf = (cells: Readonly<Record<string, string>>) => {
  const columns = ['study_id', ...KEYS].reverse();
  return `${columns.join(',')}\n${columns.map((column) => cells[column] ?? '').join(',')}\n`;
};

describe('the grades table', () => {
  test('reads grades by column, blank ones as absent', () => {
    const text = gradesOf({
      study_id: '17',
      spinal_canal_stenosis_l1_l2: 'Severe',
      right_subarticular_stenosis_l5_s1: 'Moderate',
    });
    expect([...readGrades(text, 'train.csv')]).toEqual([
      ['17', { spinal_canal_stenosis_l1_l2: 'Severe', right_subarticular_stenosis_l5_s1: 'Moderate' }],
    ]);
  });

  test('is written in the columns and order of the challenge', () => {
    const text = writeGrades([['17', ALL_MILD]]);
    expect(text.split('\n')[0]!.split(',').slice(0, 7)).toEqual([
      'study_id',
      'spinal_canal_stenosis_l1_l2',
      'spinal_canal_stenosis_l2_l3',
      'spinal_canal_stenosis_l3_l4',
      'spinal_canal_stenosis_l4_l5',
      'spinal_canal_stenosis_l5_s1',
      'left_neural_foraminal_narrowing_l1_l2',
    ]);
    expect(readGrades(text, 'train.csv').get('17')).toEqual(ALL_MILD);
  });

  test('names file, line and column of what is wrong', () => {
    const wrong = gradesOf({ study_id: '17', spinal_canal_stenosis_l1_l2: 'severe' });
    expect(() => readGrades(wrong, 'train.csv')).toThrow(
      'train.csv, line 2, column spinal_canal_stenosis_l1_l2: "severe" is none of Normal/Mild, Moderate, Severe',
    );
    const twice = writeGrades([
      ['17', ALL_MILD],
      ['17', ALL_MILD],
    ]);
    expect(() => readGrades(twice, 'train.csv')).toThrow('line 3, column study_id: study 17 is there twice');
    expect(() => readGrades('study_id\n17\n', 'train.csv')).toThrow(
      'line 1, column spinal_canal_stenosis_l1_l2: is missing',
    );
  });
});

describe('the submission', () => {
  const labels = new Map([
    ['17', { spinal_canal_stenosis_l1_l2: 'Severe' as const }],
    ['18', { left_subarticular_stenosis_l3_l4: 'Normal/Mild' as const }],
  ]);
  const rows = [
    ['18_left_subarticular_stenosis_l3_l4', [0.5, 0.25, 0.25]],
    ['17_spinal_canal_stenosis_l2_l3', [1, 0, 0]],
    ['17_spinal_canal_stenosis_l1_l2', [0.2, 0.2, 0.6]],
  ] as const;

  test('is matched with the labels by row_id; what is not labelled is left out', () => {
    const studies = alignSubmission(labels, readSubmission(writeSubmission(rows), 's.csv'), 's.csv');
    expect(studies).toEqual([
      {
        studyId: '17',
        rows: [
          {
            condition: 'spinal_canal_stenosis',
            side: null,
            level: 'L1/L2',
            truth: 2,
            posteriors: [0.2, 0.2, 0.6],
          },
        ],
      },
      {
        studyId: '18',
        rows: [
          {
            condition: 'subarticular_stenosis',
            side: 'left',
            level: 'L3/L4',
            truth: 0,
            posteriors: [0.5, 0.25, 0.25],
          },
        ],
      },
    ]);
  });

  test('that lacks labelled rows is refused, naming them', () => {
    const predictions = readSubmission(writeSubmission(rows.slice(0, 2)), 's.csv');
    expect(() => alignSubmission(labels, predictions, 's.csv')).toThrow(
      's.csv, column row_id: lacks 17_spinal_canal_stenosis_l1_l2, which the labels grade',
    );
    const all = new Map([['17', ALL_MILD]]);
    expect(() => alignSubmission(all, new Map(), 's.csv')).toThrow(' and 22 more, which the labels grade');
  });

  test.each([
    ['a,0.1,x,0.2', 'line 2, column moderate: "x" is not a number'],
    ['a,0.1,,0.2', 'line 2, column moderate: "" is not a number'],
    ['a,0.1,0.2,Infinity', 'line 2, column severe: "Infinity" is not a number'],
    ['a,-0.1,0.2,0.2', 'line 2, column normal_mild: -0.1 is negative'],
    ['a,0,0,0', 'line 2: all three are 0'],
    ['a,1,0,0\na,1,0,0', 'line 3, column row_id: a is there twice'],
  ])('with %j is refused', (lines, message) => {
    expect(() => readSubmission(`row_id,normal_mild,moderate,severe\n${lines}\n`, 's.csv')).toThrow(message);
  });
});

describe('the coordinates', () => {
  const POINT: LabelledPoint = {
    studyId: '17',
    seriesId: '4',
    instanceNumber: 10,
    condition: 'neural_foraminal_narrowing',
    side: 'right',
    level: 'L3/L4',
    column: 277.25,
    row: 129.5,
  };

  test('are the challenge’s columns and words', () => {
    const text = writeLabelledPoints([POINT]);
    expect(text).toBe(
      'study_id,series_id,instance_number,condition,level,x,y\n17,4,10,Right Neural Foraminal Narrowing,L3/L4,277.25,129.5\n',
    );
    expect(readLabelledPoints(text, 'c.csv')).toEqual([POINT]);
  });

  test('name file, line and column of what is wrong', () => {
    const text = writeLabelledPoints([POINT]);
    const read = (from: string, to: string) => () => readLabelledPoints(text.replace(from, to), 'c.csv');
    expect(read('Right N', 'right n')).toThrow('c.csv, line 2, column condition: ');
    expect(read('L3/L4', 'L6/S1')).toThrow('c.csv, line 2, column level: "L6/S1" is none of');
    expect(read('129.5', '')).toThrow('c.csv, line 2, column y: "" is not a number');
  });

  test('of discs survive the file to the last bit', () => {
    const discs = [
      { studyId: '17', level: 'L1/L2' as const, discMm: [1 / 3, -72.99329565842955, 1e-7] as const },
    ];
    expect(readDiscCentres(writeDiscCentres(discs), 'd.csv')).toEqual(discs);
  });
});
