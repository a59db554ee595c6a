import { promisify } from 'node:util';
import { constants, gunzip, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Sql } from '../database/sql.ts';
import type { ResultObject } from '../domain/result-object.ts';
import type { SopInstanceUid } from '../domain/uid.ts';
import type {
  ComposedResults,
  KeptObject,
  KeptResults,
  ReportReference,
  ResultOutbox,
} from './result-outbox.ts';

/** The bytes travel as base64: the embedded database's own coding of bytea holds the event loop up for 30 ms. */
interface ObjectRow extends Omit<KeptObject, 'bytes'> {
  readonly base64: string | null;
  readonly packing: 'none' | 'gzip' | 'zstd';
}

type ResultRow = Omit<KeptResults, 'objects'>;

const FIND_RESULT = `SELECT analysis_key AS "analysisKey", study_instance_uid AS "studyInstanceUid", graded, predecessors
  FROM spinegrade.kept_result WHERE analysis_key = $1`;
const OBJECTS = `SELECT kind, series_instance_uid AS "seriesInstanceUid", sop_instance_uid AS "sopInstanceUid",
    stored_at IS NOT NULL AS stored, warning, packing, encode(bytes, 'base64') AS base64
  FROM spinegrade.kept_object`;
const FIND_OBJECTS = `${OBJECTS} WHERE analysis_key = $1 ORDER BY position`;
/** One statement, and so all or nothing. Returns a row unless results of the key are kept already. */
const KEEP = `WITH kept AS (
    INSERT INTO spinegrade.kept_result (analysis_key, study_instance_uid, graded, predecessors, input_key)
    VALUES ($1, $2, $3, $4, $10) ON CONFLICT (analysis_key) DO NOTHING RETURNING analysis_key),
  objects AS (
    INSERT INTO spinegrade.kept_object
      (analysis_key, position, kind, series_instance_uid, sop_instance_uid, packing, bytes)
    SELECT analysis_key, object.position, object.kind, object.series_uid, object.sop_uid, 'zstd', decode(object.base64, 'base64')
    FROM kept, unnest($5::int[], $6::text[], $7::text[], $8::text[], $9::text[])
      AS object (position, kind, series_uid, sop_uid, base64))
  SELECT analysis_key FROM kept`;

const ADD = `INSERT INTO spinegrade.kept_object
    (analysis_key, position, kind, series_instance_uid, sop_instance_uid, packing, bytes)
  SELECT $1, object.position + (SELECT coalesce(max(position) + 1, 0) FROM spinegrade.kept_object WHERE analysis_key = $1),
    object.kind, object.series_uid, object.sop_uid, 'zstd', decode(object.base64, 'base64')
  FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[])
    AS object (position, kind, series_uid, sop_uid, base64)
  ON CONFLICT DO NOTHING`;

/** Results in the ledger's database. What is kept under a UID stays. */
export function sqlResultOutbox(sql: Sql): ResultOutbox {
  const find = async (analysisKey: string): Promise<KeptResults | null> => {
    const { rows } = await sql.query<ResultRow>(FIND_RESULT, [analysisKey]);
    if (rows[0] === undefined) return null;
    const objects = await sql.query<ObjectRow>(FIND_OBJECTS, [analysisKey]);
    return { ...rows[0], objects: await Promise.all(objects.rows.map(keptObject)) };
  };
  const keptUnder = async (analysisKey: string): Promise<KeptResults> => {
    const kept = await find(analysisKey);
    if (kept === null) throw new Error('results that were kept are gone from the outbox');
    return kept;
  };
  return {
    find,
    async object(sopInstanceUid) {
      const { rows } = await sql.query<ObjectRow>(`${OBJECTS} WHERE sop_instance_uid = $1`, [sopInstanceUid]);
      return rows[0] === undefined ? null : keptObject(rows[0]);
    },
    async latest(inputKey) {
      const { rows } = await sql.query<{ key: string }>(
        `SELECT analysis_key AS key FROM spinegrade.kept_result WHERE analysis_key = $1 OR input_key = $1
         ORDER BY kept_at DESC LIMIT 1`,
        [inputKey],
      );
      return rows[0] === undefined ? null : find(rows[0].key);
    },
    async keep(results) {
      const { inputKey = null, objects } = results;
      const values = [...resultValues(results), ...(await objectColumns(objects)), inputKey];
      const { rows } = await sql.query(KEEP, values);
      return rows.length > 0 ? keptAnew(results) : keptUnder(results.analysisKey);
    },
    async add(analysisKey, objects) {
      await sql.query(ADD, [analysisKey, ...(await objectColumns(objects))]);
      return keptUnder(analysisKey);
    },
    async markStored(sopInstanceUid, warning) {
      await sql.query(
        `UPDATE spinegrade.kept_object SET stored_at = coalesce(stored_at, now()), warning = $2, refusal = NULL,
           refusals = 0 WHERE sop_instance_uid = $1`,
        [sopInstanceUid, warning],
      );
    },
    async replace(sopInstanceUid, by, warning) {
      const packed = await pack(by.bytes);
      const { rows } = await sql.query(
        `UPDATE spinegrade.kept_object SET series_instance_uid = $2, sop_instance_uid = $3, packing = 'zstd',
           bytes = decode($4, 'base64'), stored_at = NULL, warning = $5, refusal = NULL, refusals = 0
         WHERE sop_instance_uid = $1 RETURNING sop_instance_uid`,
        [sopInstanceUid, by.seriesInstanceUid, by.sopInstanceUid, packed.toString('base64'), warning],
      );
      return rows.length === 1;
    },
    async forget(sopInstanceUid) {
      await sql.query('DELETE FROM spinegrade.kept_object WHERE sop_instance_uid = $1 AND bytes IS NULL', [
        sopInstanceUid,
      ]);
    },
    async noteRefusal(sopInstanceUid, reason) {
      const { rows } = await sql.query<{ refusals: number }>(
        `UPDATE spinegrade.kept_object SET refusals = CASE WHEN refusal = $2 THEN refusals + 1 ELSE 1 END, refusal = $2
         WHERE sop_instance_uid = $1 RETURNING refusals`,
        [sopInstanceUid, reason],
      );
      return rows[0]?.refusals ?? 1;
    },
    async storedReports(study) {
      const { rows } = await sql.query<ReportReference>(
        `SELECT object.series_instance_uid AS "seriesInstanceUid", object.sop_instance_uid AS "sopInstanceUid"
         FROM spinegrade.kept_object AS object JOIN spinegrade.kept_result USING (analysis_key)
         WHERE study_instance_uid = $1 AND kind = 'SR' AND stored_at IS NOT NULL ORDER BY stored_at DESC, kept_at DESC`,
        [study],
      );
      return rows;
    },
  };
}

function keptAnew(results: ComposedResults): KeptResults {
  const objects = results.objects.map((object) => ({ ...object, stored: false, warning: null }));
  return { ...results, objects };
}

function resultValues(results: ComposedResults): readonly unknown[] {
  const graded = results.graded === null ? null : JSON.stringify(results.graded);
  return [results.analysisKey, results.studyInstanceUid, graded, JSON.stringify(results.predecessors)];
}

/** A summary image is mostly plain areas: packed it takes a fraction of its 3 MB. Off the event loop. */
async function objectColumns(objects: readonly ResultObject[]): Promise<readonly unknown[]> {
  const packed = await Promise.all(objects.map(({ bytes }) => pack(bytes)));
  const column = <Value>(of: (object: ResultObject, index: number) => Value) => objects.map(of);
  return [
    column((_, index) => index),
    column(({ kind }) => kind),
    column(({ seriesInstanceUid }) => seriesInstanceUid),
    column(({ sopInstanceUid }): SopInstanceUid => sopInstanceUid),
    packed.map((bytes) => bytes.toString('base64')),
  ];
}

async function keptObject({ base64, packing, ...object }: ObjectRow): Promise<KeptObject> {
  if (base64 === null) return { ...object, bytes: null };
  return { ...object, bytes: new Uint8Array(await UNPACK[packing](Buffer.from(base64, 'base64'))) };
}

const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const pack = (bytes: Uint8Array): Promise<Buffer> => promisify(zstdCompress)(bytes, FASTEST);
const UNPACK: Readonly<Record<ObjectRow['packing'], (bytes: Buffer) => Promise<Buffer> | Buffer>> = {
  none: (bytes) => bytes,
  gzip: promisify(gunzip),
  zstd: promisify(zstdDecompress),
};
