import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import { isAbsent } from '../archive-statuses.ts';
import type { ArchiveWays } from '../archive-ways.ts';
import type { OnPassedOver } from './passed-over.ts';
import type { FetchPage, Query, ShapedQueries } from './query-shape.ts';

/** What a query needs of an archive and of what is known of its ways. */
export interface QueryParts {
  readonly fetchPage: FetchPage;
  readonly queries: ShapedQueries;
  readonly ways: ArchiveWays;
  /** Whether the archive answers a query without filters; throws when not. */
  readonly ping: () => Promise<void>;
  readonly onPassedOver: OnPassedOver;
  /** A query that yields more is refused, so that memory stays bounded. */
  readonly maxResults: number;
}

/** The rows of one request; none where the archive says so by 404. */
export async function queryPage(
  { fetchPage, queries, ways, ping }: QueryParts,
  query: Query,
  limit: number,
  offset: number,
): Promise<readonly DicomJson[]> {
  try {
    const page = await queries.page(fetchPage, query, limit, offset);
    if (query.study === null) ways.answered();
    return page;
  } catch (error) {
    if (!isAbsent(error)) throw error;
    if (offset > 0 || query.study !== null) return [];
    // Nothing matches, or nothing is there to ask.
    const answers = await ping().then(
      () => true,
      (fault: unknown) => {
        if (isAbsent(fault)) return false;
        throw fault;
      },
    );
    if (answers) ways.answered();
    // What answered before, and no longer does, is no empty hospital.
    if (!answers && ways.hasAnswered) throw error;
    ways.found(answers ? 'empty-page-not-found' : 'nothing-found-anywhere');
    return [];
  }
}
