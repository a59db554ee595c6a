import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Volumes } from '../../volume/volume.ts';
import type { Sample } from '../classify/classifier-samples.ts';
import type { InputSpec } from '../pack/classifier-spec.ts';
import type { LevelFrame } from './level-frame.ts';
import type { SidedView } from './sided-view.ts';
import { cutView } from './view-patch.ts';

/** Views of one study, each cut when first asked for. */
export function viewCutter(volumes: Volumes) {
  const known = new Map<string, Float32Array | null>();
  return async (view: SidedView, input: InputSpec, { level }: Sample, frame: LevelFrame) => {
    const { size, mmPerPixel, rows = size, normalise } = input;
    const { role, plane, side, slicesMm, toleranceMm, centre = 'canal' } = view;
    const key = JSON.stringify([
      ...[level, size, mmPerPixel, rows, normalise.low, normalise.high],
      ...[role, plane, side, slicesMm, toleranceMm, centre],
    ]);
    const cutBefore = known.get(key);
    if (cutBefore !== undefined) return cutBefore;
    const volume = volumes[role];
    const patch = volume ? await cutView(view, { size, mmPerPixel, rows, normalise }, volume, frame) : null;
    known.set(key, patch);
    // Sampling is arithmetic alone: other work gets its turn between views.
    await nextTurn();
    return patch;
  };
}
