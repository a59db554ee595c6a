import { headersFromJson, type ImageHeader, imageKey } from '../../src/dicom/image/image-header.ts';
import { readInstance } from '../../src/dicom/image/read-instance.ts';
import { headerJson, parsePart10 } from '../../src/dicom/part10/parse-part10.ts';
import { SERIES_ROLES } from '../../src/domain/series-role.ts';
import { decodeFrame } from '../../src/pixels/decode-frame.ts';
import type { CandidateSeries } from '../../src/series/candidate-series.ts';

import { decideSeries, type Roles } from '../../src/series/decide-series.ts';
import { applyRules, NO_RULES, type SeriesRules } from '../../src/series/rules/series-rules.ts';
import type { Selection } from '../../src/series/select-series.ts';
import { buildVolume } from '../../src/volume/build-volume.ts';
import { slicesFromInstance } from '../../src/volume/slice-from-instance.ts';
import type { Volumes } from '../../src/volume/volume.ts';

const ROLES: Roles = { requires: ['sagittal-t2'], uses: SERIES_ROLES };

/** A study read from its Part 10 objects, as from an archive that keeps every one of them. */
export async function readObjects(
  objects: readonly Uint8Array[],
  rules: SeriesRules = NO_RULES,
): Promise<{ readonly selection: Selection; readonly volumes: Volumes }> {
  const bytesOf = new Map<string, Uint8Array>();
  const headers = objects.flatMap((bytes) => {
    const own = headersFromJson(headerJson(parsePart10(bytes)), (frame) => applyRules(rules, frame));
    for (const header of own) bytesOf.set(imageKey(header), bytes);
    return own;
  });
  const slicesOf = (wanted: readonly ImageHeader[]) =>
    wanted.flatMap((header) => {
      const instance = readInstance(bytesOf.get(imageKey(header))!);
      return slicesFromInstance(instance, [header.frameNumber], decodeFrame);
    });
  const bySeries = Map.groupBy(headers, (header) => header.seriesInstanceUid);
  const candidates = Array.from(bySeries, ([seriesInstanceUid, members]): CandidateSeries => {
    const { seriesNumber, modality } = members[0]!;
    return { seriesInstanceUid, seriesNumber, modality, instanceCount: members.length, headers: members };
  });
  const selection = await decideSeries(candidates, ROLES, async (_, wanted) => slicesOf(wanted));
  const volumes = [...selection.chosen].map(
    ([role, series]) => [role, buildVolume(role, slicesOf(series.flatMap((one) => one.headers)))] as const,
  );
  return { selection, volumes: Object.fromEntries(volumes) };
}
