import { SERIES_ROLES, type SeriesRole } from '../../domain/series-role.ts';
import type { UnreadPlaces } from '../../domain/unread-places.ts';
import type { Regions } from '../crop/crop-regions.ts';
import type { ClassifierSpec } from '../pack/classifier-spec.ts';

/** The series of which sample s shows no view, though the network reads some. */
export function missingRoles({ inputs }: ClassifierSpec, { mask }: Regions, s: number): SeriesRole[] {
  const views = inputs.flatMap((input) => input.views);
  const there = new Set(views.filter((_, v) => mask[s * views.length + v] === 1).map(({ role }) => role));
  return SERIES_ROLES.filter((role) => !there.has(role) && views.some((view) => view.role === role));
}

/** What a classifier could not read and for want of what; null when it read everything. */
export function unreadPlaces(
  spec: ClassifierSpec,
  regions: Regions,
  readable: readonly boolean[],
): UnreadPlaces | null {
  const unread = regions.samples.flatMap((sample, s) => (readable[s] ? [] : [{ sample, s }]));
  if (unread.length === 0) return null;
  const views = spec.inputs.flatMap((input) => input.views);
  const roles = new Set(
    unread.flatMap(({ s }) =>
      views.filter((_, v) => regions.mask[s * views.length + v] === 0).map((view) => view.role),
    ),
  );
  const all = unread.length === regions.samples.length;
  const places = unread.map(({ sample: { level, side } }) => ({ level, side }));
  return { network: spec.file, places: all ? 'all' : places, roles: [...roles] };
}
