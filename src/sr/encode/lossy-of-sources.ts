import type { Slice } from '../../volume/volume.ts';
import { decimalString } from './decimal-string.ts';

/**
 * What an image says that was made of images some of which were compressed with loss (PS3.3 C.7.6.1.1.5, C.8.20.2.2);
 * nothing where none was. Ratios and methods of one after another describe one image: those of the first that tells them.
 */
export function lossyOfSources(sources: readonly Pick<Slice, 'lossy'>[]) {
  const all = sources.flatMap(({ lossy }) => lossy ?? []);
  if (all.length === 0) return {};
  const { ratios, methods } = all.find((each) => each.ratios.length + each.methods.length > 0) ?? all[0]!;
  return {
    LossyImageCompression: '01',
    LossyImageCompressionRatio: ratios.length > 0 ? ratios.map(decimalString) : undefined,
    LossyImageCompressionMethod: methods.length > 0 ? methods : undefined,
  };
}
