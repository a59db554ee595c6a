import type { Level } from './level.ts';
import { ROLE_NAMES, type SeriesRole } from './series-role.ts';

/** What a network of the model did not read, and for want of which images. */
export interface UnreadPlaces {
  /** The network's file in the pack. */
  readonly network: string;
  /** `all`: nothing that it is made for was read. */
  readonly places: 'all' | readonly { readonly level: Level; readonly side: string | null }[];
  readonly roles: readonly SeriesRole[];
}

/** A whole sentence. */
export function unreadPlacesInWords({ network, places, roles }: UnreadPlaces): string {
  const where =
    places === 'all'
      ? 'any level it is made for'
      : places.map(({ level, side }) => (side === null ? level : `${level} ${side}`)).join(', ');
  const images = roles.map((role) => ROLE_NAMES[role]).join(' or ');
  return `Network ${network} did not read ${where}: there is no ${images} image there.`;
}
