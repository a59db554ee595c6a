import { type Archive, ArchiveError } from '../dicomweb/archive.ts';
import type { BeyondLimit, BytesLimit } from '../domain/beyond-limit.ts';
import { StudyLimitError, type StudyLimits } from '../domain/study-limits.ts';

/**
 * Of all the metadata of a study, as JSON: tens of MiB for 20,000 images. Parsed it takes some four times as much
 * memory; what would take more than eight times as much is not parsed (parse-answer.ts).
 */
const MAX_METADATA_BYTES = 96 * 1024 ** 2;

type StudyReading = Pick<Archive, 'seriesMetadata' | 'retrieveSeries' | 'retrieveInstance'>;

/**
 * The same archive for the reading of one study: all its transfers together have one budget of bytes, counted as they
 * arrive. What a failed transfer brought is given back, since another try brings it again.
 * @throws StudyLimitError, from every reading, once the budget is spent or one answer is larger than it.
 */
export function withinBudget<Reading extends StudyReading>(
  archive: Reading,
  { maxBytes }: Pick<StudyLimits, 'maxBytes'>,
): Reading {
  const all = budget({ of: 'bytes', limitBytes: maxBytes });
  const metadata = budget({ of: 'metadata', limitBytes: MAX_METADATA_BYTES });
  const objectTooLarge = { of: 'object', limitBytes: maxBytes } as const;
  const metadataTooLarge = { of: 'series-metadata' } as const;
  const once = async <T>(
    budgets: readonly Budget[],
    tooLarge: BeyondLimit,
    run: (onBytes: OnBytes) => Promise<T>,
  ): Promise<T> => {
    const transfer = counted(budgets);
    try {
      return await run(transfer.onBytes);
    } catch (cause) {
      if (cause instanceof ArchiveError) transfer.giveBack();
      throw fault(cause, tooLarge);
    }
  };
  return {
    ...archive,
    seriesMetadata: (study, series, signal, options) =>
      once([all, metadata], metadataTooLarge, (onBytes) =>
        archive.seriesMetadata(study, series, signal, {
          ...options,
          onBytes: both(onBytes, options?.onBytes),
        }),
      ),
    retrieveInstance: (study, series, instance, signal, options) =>
      once([all], objectTooLarge, (onBytes) =>
        archive.retrieveInstance(study, series, instance, signal, {
          ...options,
          onBytes: both(onBytes, options?.onBytes),
        }),
      ),
    async *retrieveSeries(study, series, signal, options) {
      const { onBytes, giveBack } = counted([all]);
      try {
        yield* archive.retrieveSeries(study, series, signal, { onBytes: both(onBytes, options?.onBytes) });
      } catch (cause) {
        if (cause instanceof ArchiveError) giveBack();
        throw fault(cause, objectTooLarge);
      }
    },
  } satisfies StudyReading as Reading;
}

/** What is too large to be read is a fault of the study, not of the archive. */
function fault(cause: unknown, tooLarge: BeyondLimit): unknown {
  return cause instanceof ArchiveError && cause.tooLarge ? new StudyLimitError(tooLarge, cause) : cause;
}

type OnBytes = (count: number) => void;
/** Takes bytes, or gives them back where the count is negative. */
type Budget = (count: number) => void;

function budget(limit: BytesLimit): Budget {
  let total = 0;
  return (count) => {
    total += count;
    if (count > 0 && total > limit.limitBytes) throw new StudyLimitError(limit);
  };
}

function counted(budgets: readonly Budget[]) {
  let taken = 0;
  return {
    onBytes(count: number) {
      taken += count;
      for (const take of budgets) take(count);
    },
    giveBack() {
      for (const take of budgets) take(-taken);
      taken = 0;
    },
  };
}

function both(one: OnBytes, other: OnBytes | undefined): OnBytes {
  if (other === undefined) return one;
  return (count) => {
    one(count);
    other(count);
  };
}
