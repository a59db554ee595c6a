import { describe, expect, test } from 'vitest';
import { length, subtract } from '../../domain/point.ts';
import { phantomStudy } from '../../phantom/phantom-study.ts';
import { pixelToPatient } from '../../volume/plane-geometry.ts';
import { phantomDiscs, phantomPoints } from './phantom-tables.ts';

const study = phantomStudy(12, { family: 'held-out' });

describe('phantomPoints', () => {
  test('lie on their series and, in the patient, half a slice spacing from the truth at most', () => {
    const points = phantomPoints(study);
    expect(points).toHaveLength(25);
    for (const { seriesId, instanceNumber, column, row, ...target } of points) {
      const series = study.series.find((candidate) => candidate.seriesInstanceUid === seriesId)!;
      const slice = study.volumes[series.role]!.slices[instanceNumber - 1]!;
      const level = study.truth.levels.find((one) => one.level === target.level)!;
      const side = study.truth.sidePoints.find(
        (one) => one.level === target.level && one.side === target.side,
      );
      const [role, truthMm] = {
        spinal_canal_stenosis: ['sagittal-t2', level.canalMm] as const,
        neural_foraminal_narrowing: ['sagittal-t1', side?.foramenMm] as const,
        subarticular_stenosis: ['axial-t2', side?.recessMm] as const,
      }[target.condition];
      expect(series.role).toBe(role);
      const offMm = length(subtract(pixelToPatient(slice.plane, column, row), truthMm!));
      expect(offMm).toBeLessThanOrEqual(series.spacingBetweenSlicesMm / 2 + 1e-6);
    }
  });

  test('of the left side lie left of those of the right', () => {
    const points = phantomPoints(study);
    const xMm = (side: 'left' | 'right') => {
      const point = points.find(
        (one) => one.condition === 'neural_foraminal_narrowing' && one.level === 'L3/L4' && one.side === side,
      )!;
      const { plane } = study.volumes['sagittal-t1']!.slices[point.instanceNumber - 1]!;
      return pixelToPatient(plane, point.column, point.row)[0];
    };
    expect(xMm('left')).toBeGreaterThan(xMm('right') + 10);
  });

  test('leave out what no series shows', () => {
    const withoutAxial = phantomStudy(12, { family: 'held-out', omit: ['axial-t2'] });
    expect(new Set(phantomPoints(withoutAxial).map((point) => point.condition))).toEqual(
      new Set(['spinal_canal_stenosis', 'neural_foraminal_narrowing']),
    );
  });
});

test('phantomDiscs are the centres of the five discs', () => {
  expect(phantomDiscs(study).map((disc) => [disc.level, disc.discMm])).toEqual(
    study.truth.levels.map((level) => [level.level, level.discMm]),
  );
});
