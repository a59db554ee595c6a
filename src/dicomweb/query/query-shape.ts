import type { DicomJson } from '../../dicom/json/dicom-json.ts';
import type { ArchiveCall } from '../../domain/archive-call.ts';
import type { CodeOf } from '../../domain/catalogue.ts';
import type { StudyInstanceUid } from '../../domain/uid.ts';
import { ArchiveError } from '../archive.ts';
import type { ArchiveWays } from '../archive-ways.ts';
import { isPassing } from '../retry.ts';

/** A QIDO-RS query (PS3.18 10.6) before it is given the shape that the archive takes. */
export interface Query {
  readonly call: ArchiveCall;
  /** Below the root, such as /studies. */
  readonly resource: string;
  /** The study it is about, null when about many. */
  readonly study: StudyInstanceUid | null;
  readonly includeFields: readonly string[];
  /** name=value, in characters that need no percent-encoding: some archives do not decode it. */
  readonly filters: readonly string[];
  /** A filter that may be left out, as its rows are filtered here too. */
  readonly modalityFilter: string | null;
}

/** How this archive wants its queries. */
export interface QueryShape {
  readonly includeFields: boolean;
  readonly modalityFilter: boolean;
  /** Whether the first page says offset=0. */
  readonly zeroOffset: boolean;
  readonly pageSize: number;
}

/** One request of a query: its data sets. `path` is complete, query and all; `once`: not tried again. */
export type FetchPage = (
  call: ArchiveCall,
  path: string,
  how?: { readonly once?: boolean; readonly listed?: boolean },
) => Promise<readonly DicomJson[]>;

export interface ShapedQueries {
  readonly pageSize: number;
  /** @throws ArchiveError when the archive refuses the query in every shape. */
  page(fetchPage: FetchPage, query: Query, limit: number, offset: number): Promise<readonly DicomJson[]>;
}

/** A request that was not liked: bad, too large, its range, not processable, a fault of the server, not implemented. */
const REFUSED = new Set([400, 413, 414, 416, 422, 500, 501]);

export function isRefusal(error: unknown): error is ArchiveError {
  return error instanceof ArchiveError && REFUSED.has(error.status ?? 0);
}

/**
 * Queries in the shape that the archive takes. Where it refuses one, simpler shapes are tried; the first that is taken
 * is remembered, and what it lacks is told of.
 */
export function shapedQueries(ways: ArchiveWays, pageSize: number): ShapedQueries {
  let shape: QueryShape = { includeFields: true, modalityFilter: true, zeroOffset: true, pageSize };
  const adopt = (next: QueryShape) => {
    for (const way of differences(shape, next)) ways.found(way);
    shape = next;
  };
  return {
    get pageSize() {
      return shape.pageSize;
    },
    async page(fetchPage, query, limit, offset) {
      const how = { listed: query.study !== null };
      const asked = pathOf(query, shape, limit, offset);
      try {
        return await fetchPage(query.call, asked, how);
      } catch (refusal) {
        if (!isRefusal(refusal) || limit > shape.pageSize) throw refusal;
        for (const simpler of simplerShapes(shape, query, offset)) {
          const path = pathOf(query, simpler, Math.min(limit, simpler.pageSize), offset);
          const rows = await onceOrNull(fetchPage, query.call, path);
          if (rows === null) continue;
          // A fault of the server may have passed meanwhile: then nothing was found out.
          const passed = refusal.status === 500 ? await onceOrNull(fetchPage, query.call, asked) : null;
          if (passed !== null) return passed;
          adopt(simpler);
          return rows;
        }
        throw refusal;
      }
    },
  };
}

/** Null when this is refused as well. */
async function onceOrNull(
  fetchPage: FetchPage,
  call: ArchiveCall,
  path: string,
): Promise<readonly DicomJson[] | null> {
  try {
    return await fetchPage(call, path, { once: true });
  } catch (error) {
    if (!(error instanceof ArchiveError) || (isPassing(error) && !isRefusal(error))) throw error;
    return null;
  }
}

/** What may be refused is left out: one thing alone, then several. */
function simplerShapes(shape: QueryShape, query: Query, offset: number): QueryShape[] {
  const without: Partial<QueryShape>[] = [];
  if (shape.modalityFilter && query.modalityFilter !== null) without.push({ modalityFilter: false });
  if (shape.includeFields && query.includeFields.length > 0) without.push({ includeFields: false });
  if (shape.zeroOffset && offset === 0) without.push({ zeroOffset: false });
  const sizes = [2, 4, 20].map((divisor) => Math.floor(shape.pageSize / divisor));
  const smaller = sizes.filter((pageSize) => pageSize > 0).map((pageSize) => ({ pageSize }));
  const plain: Partial<QueryShape> = Object.assign({}, ...without);
  const plainAndSmall = Object.assign({}, plain, smaller.at(-1));
  const { zeroOffset: _, ...paged } = plain;
  return [...without, ...smaller, paged, plain, plainAndSmall].map((change) => ({ ...shape, ...change }));
}

function differences(before: QueryShape, after: QueryShape): CodeOf<'archive-way'>[] {
  const ways: CodeOf<'archive-way'>[] = [];
  if (before.includeFields && !after.includeFields) ways.push('includefield-refused');
  if (before.modalityFilter && !after.modalityFilter) ways.push('modality-filter-refused');
  if (before.zeroOffset && !after.zeroOffset) ways.push('offset-refused');
  if (after.pageSize < before.pageSize) ways.push('page-size-refused');
  return ways;
}

function pathOf(query: Query, shape: QueryShape, limit: number, offset: number): string {
  const parameters = [
    ...(shape.includeFields ? query.includeFields.map((tag) => `includefield=${tag}`) : []),
    ...query.filters,
    ...(shape.modalityFilter && query.modalityFilter !== null ? [query.modalityFilter] : []),
    `limit=${limit}`,
    ...(offset > 0 || shape.zeroOffset ? [`offset=${offset}`] : []),
  ];
  return `${query.resource}?${parameters.join('&')}`;
}
