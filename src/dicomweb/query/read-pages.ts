import { isRefusal, type ShapedQueries } from './query-shape.ts';

/** Reads one page: how many rows came, and how many of them are new. */
export type ReadPage = (limit: number, offset: number) => Promise<{ length: number; added: number }>;

export type Paged = 'whole' | 'likely-whole' | 'hiding' | 'repeated';

/**
 * Reads page after page until one brings nothing new. Rows may be missing when one came twice, so the order shifted
 * between pages and others were skipped; or when all seemed to end right after a full page, as it does with Orthanc
 * 1.10, which counts `offset` within the first `limit` matches when a filter such as ModalitiesInStudy is not in its
 * index. `likely-whole`: after more pages than one, so that offset did count. `repeated`: the second page was the first
 * again.
 */
export async function readPages(readPage: ReadPage, queries: ShapedQueries): Promise<Paged> {
  let offset = 0;
  let previousWasFull = false;
  let doubled = false;
  for (;;) {
    const { length, added } = await readPage(queries.pageSize, offset);
    doubled ||= added < length;
    if (added === 0) {
      const first = offset === queries.pageSize;
      if (previousWasFull && first && length === offset) return 'repeated';
      if (doubled || (previousWasFull && first)) return 'hiding';
      return previousWasFull ? 'likely-whole' : 'whole';
    }
    previousWasFull = length === queries.pageSize;
    offset += length;
  }
}

/** Reads without an offset, for more and more rows. False when the archive refuses to show more at a time before all is shown. */
export async function readMoreAndMore(
  readPage: ReadPage,
  queries: ShapedQueries,
  first: number,
): Promise<boolean> {
  for (let limit = first; ; limit *= 2) {
    try {
      const { length } = await readPage(limit, 0);
      if (length < limit) return true;
    } catch (error) {
      if (limit > queries.pageSize && isRefusal(error)) return false;
      throw error;
    }
  }
}
