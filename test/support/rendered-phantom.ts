import type { SeriesRole } from '../../src/domain/series-role.ts';
import type { PhantomOptions } from '../../src/phantom/phantom-options.ts';
import type { PhantomVolume } from '../../src/phantom/phantom-slice.ts';
import { type PhantomStudy, phantomStudy } from '../../src/phantom/phantom-study.ts';
import { keptPhantom } from './kept-phantom.ts';

/**
 * A phantom as phantomStudy makes it, whose pixels are rendered for the first test file that wants them and kept for
 * the others.
 * @param options none of them a function.
 */
export function renderedPhantom(seed: number, options: Omit<PhantomOptions, 'window'>): PhantomStudy {
  const study = phantomStudy(seed, options);
  let kept: Readonly<Record<string, readonly Float32Array[]>> | null = null;
  const pixelsOf = (role: SeriesRole) => {
    kept ??= keptPhantom({ seed, options, of: 'pixels' }, () => pixels(study));
    return kept[role]!;
  };
  const volumes = Object.values(study.volumes).map((volume: PhantomVolume) => {
    const slices = volume.slices.map((slice, index) => {
      const rendered = () => pixelsOf(volume.role)[index]!;
      return { ...slice, rendered, pixels: async () => rendered() };
    });
    return [volume.role, { ...volume, slices }];
  });
  return { ...study, volumes: Object.fromEntries(volumes) };
}

/** Of every slice, by the role of its series. */
function pixels({ volumes }: PhantomStudy): Record<string, Float32Array[]> {
  const all = Object.values(volumes).map((volume: PhantomVolume) => [
    volume.role,
    volume.slices.map((slice) => slice.rendered()),
  ]);
  return Object.fromEntries(all);
}
