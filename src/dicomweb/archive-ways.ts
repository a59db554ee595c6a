import type { CodeOf } from '../domain/catalogue.ts';
import { ArchiveError } from './archive.ts';

/** What is known of an archive's own ways, for as long as the process lives. */
export interface ArchiveWays {
  has(way: CodeOf<'archive-way'>): boolean;
  /** Remembers it, and tells of it the first time. */
  found(way: CodeOf<'archive-way'>): void;
  /** Whether it ever answered a query for studies: then its address is right. */
  readonly hasAnswered: boolean;
  answered(): void;
}

export function archiveWays(onFound: (way: CodeOf<'archive-way'>) => void): ArchiveWays {
  const known = new Set<CodeOf<'archive-way'>>();
  let hasAnswered = false;
  return {
    has: (way) => known.has(way),
    found(way) {
      if (known.has(way)) return;
      known.add(way);
      onFound(way);
    },
    get hasAnswered() {
      return hasAnswered;
    },
    answered() {
      hasAnswered = true;
    },
  };
}

/** An answer in another media type than was asked for. */
export class MediaTypeFault extends ArchiveError {}

/** Runs a request with the media type that the archive takes. */
export type Accepting = <T>(run: (accept: string) => Promise<T>) => Promise<T>;

/**
 * Media types in order of preference. The next is tried where one is refused; the one that was taken is remembered
 * when `lasting` says that the refusal was of the type and not of the object asked for.
 * @throws the first refusal, when every type is refused.
 */
export function acceptingOneOf(
  types: readonly string[],
  refused: (error: ArchiveError) => 'lasting' | 'this-time' | 'no',
  onOther: () => void,
): Accepting {
  let preferred = 0;
  return async (run) => {
    let first: ArchiveError | null = null;
    let lasting = true;
    for (let at = preferred; ; at += 1) {
      try {
        const result = await run(types[at]!);
        if (first !== null) onOther();
        if (lasting) preferred = Math.max(preferred, at);
        return result;
      } catch (error) {
        if (!(error instanceof ArchiveError)) throw error;
        const refusal = refused(error);
        if (refusal === 'no') throw first === null || error.retryable ? error : first;
        if (refusal === 'this-time') lasting = false;
        first ??= error;
        if (at + 1 === types.length) throw first;
      }
    }
  };
}
