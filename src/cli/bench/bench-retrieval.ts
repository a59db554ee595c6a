import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { archiveImages } from '../../study/archive-images.ts';
import { fetchVolumes } from '../../study/fetch-volumes.ts';
import { letGo } from '../../volume/volume.ts';
import { measureInTurn } from './bench-measure.ts';
import type { BenchRow } from './bench-row.ts';
import type { BenchStudy } from './bench-study.ts';

/** The floor of retrieval: the same answers, side by side, to nowhere. */
export function curlSeries(urls: readonly string[]): Promise<unknown> {
  return promisify(execFile)('curl', curlArguments(urls));
}

export function curlArguments(urls: readonly string[]): readonly string[] {
  const accept = 'Accept: multipart/related; type="application/dicom"; transfer-syntax=*';
  const outputs = urls.flatMap((url) => ['--output', '/dev/null', url]);
  return ['--silent', '--fail', '--parallel', '--parallel-immediate', '-H', accept, ...outputs];
}

export async function benchRetrieval(
  { archive, decode, study, inspected, seriesUrls }: BenchStudy,
  runs: number,
): Promise<BenchRow[]> {
  const [floor, fetched] = await measureInTurn(runs, [
    () => curlSeries(seriesUrls),
    async () => {
      const volumes = await fetchVolumes(archiveImages(archive, study), decode, inspected);
      const slices = Object.values(volumes).flatMap((volume) => volume.slices);
      await Promise.all(slices.map((slice) => slice.pixels()));
      letGo(volumes);
    },
  ]);
  return [
    {
      what: 'three series, from request to Float32 volumes',
      timing: fetched!,
      floor: { what: 'curl of the same series', ms: floor!.medianMs },
    },
  ];
}
