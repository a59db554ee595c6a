--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: spinegrade; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA spinegrade;


--
-- Name: spinegrade_jobs; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA spinegrade_jobs;


--
-- Name: job_state; Type: TYPE; Schema: spinegrade_jobs; Owner: -
--

CREATE TYPE spinegrade_jobs.job_state AS ENUM (
    'created',
    'retry',
    'active',
    'completed',
    'cancelled',
    'failed'
);


--
-- Name: create_queue(text, jsonb); Type: FUNCTION; Schema: spinegrade_jobs; Owner: -
--

CREATE FUNCTION spinegrade_jobs.create_queue(queue_name text, options jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $_$
    DECLARE
      tablename varchar := CASE WHEN options->>'partition' = 'true'
                            THEN 'j' || encode(sha224(queue_name::bytea), 'hex')
                            ELSE 'job_common'
                            END;
      queue_created_on timestamptz;
    BEGIN

      WITH q as (
        INSERT INTO spinegrade_jobs.queue (
          name,
          policy,
          retry_limit,
          retry_delay,
          retry_backoff,
          retry_delay_max,
          expire_seconds,
          retention_seconds,
          deletion_seconds,
          warning_queued,
          dead_letter,
          partition,
          table_name,
          heartbeat_seconds,
          notify,
          created_on,
          updated_on
        )
        VALUES (
          queue_name,
          options->>'policy',
          COALESCE((options->>'retryLimit')::int, 2),
          COALESCE((options->>'retryDelay')::int, 0),
          COALESCE((options->>'retryBackoff')::bool, false),
          (options->>'retryDelayMax')::int,
          COALESCE((options->>'expireInSeconds')::int, 900),
          COALESCE((options->>'retentionSeconds')::int, 1209600),
          COALESCE((options->>'deleteAfterSeconds')::int, 604800),
          COALESCE((options->>'warningQueueSize')::int, 0),
          options->>'deadLetter',
          COALESCE((options->>'partition')::bool, false),
          tablename,
          (options->>'heartbeatSeconds')::int,
          COALESCE((options->>'notify')::bool, false),
          spinegrade_jobs.job_now(),
          spinegrade_jobs.job_now()
        )
        ON CONFLICT DO NOTHING
        RETURNING created_on
      )
      SELECT created_on into queue_created_on from q;

      IF queue_created_on IS NULL OR options->>'partition' IS DISTINCT FROM 'true' THEN
        RETURN;
      END IF;

      EXECUTE format('CREATE TABLE spinegrade_jobs.%I (LIKE spinegrade_jobs.job INCLUDING DEFAULTS)', tablename);

      EXECUTE spinegrade_jobs.job_table_format($cmd$ALTER TABLE spinegrade_jobs.job ADD PRIMARY KEY (name, id)$cmd$, tablename);
      EXECUTE spinegrade_jobs.job_table_format($cmd$ALTER TABLE spinegrade_jobs.job ADD CONSTRAINT q_fkey FOREIGN KEY (name) REFERENCES spinegrade_jobs.queue (name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED$cmd$, tablename);
      EXECUTE spinegrade_jobs.job_table_format($cmd$ALTER TABLE spinegrade_jobs.job ADD CONSTRAINT dlq_fkey FOREIGN KEY (dead_letter) REFERENCES spinegrade_jobs.queue (name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED$cmd$, tablename);

      EXECUTE spinegrade_jobs.job_table_format($cmd$CREATE INDEX job_i11 ON spinegrade_jobs.job (name, priority DESC, created_on, start_after) WHERE state < 'active' AND NOT blocked$cmd$, tablename);
      EXECUTE spinegrade_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i4 ON spinegrade_jobs.job (name, singleton_on, COALESCE(singleton_key, '')) WHERE state <> 'cancelled' AND singleton_on IS NOT NULL$cmd$, tablename);
      EXECUTE spinegrade_jobs.job_table_format($cmd$CREATE INDEX job_i7 ON spinegrade_jobs.job (name, group_id) WHERE state = 'active' AND group_id IS NOT NULL$cmd$, tablename);
      EXECUTE spinegrade_jobs.job_table_format($cmd$CREATE INDEX job_i9 ON spinegrade_jobs.job (name, id) WHERE blocking AND state = 'completed'$cmd$, tablename);
      EXECUTE spinegrade_jobs.job_table_format($cmd$CREATE INDEX job_i12 ON spinegrade_jobs.job (source_root_id) WHERE source_root_id IS NOT NULL$cmd$, tablename);

      IF options->>'policy' = 'short' THEN
        EXECUTE spinegrade_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i1 ON spinegrade_jobs.job (name, COALESCE(singleton_key, '')) WHERE state = 'created' AND policy = 'short'$cmd$, tablename);
      ELSIF options->>'policy' = 'singleton' THEN
        EXECUTE spinegrade_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i2 ON spinegrade_jobs.job (name, COALESCE(singleton_key, '')) WHERE state = 'active' AND policy = 'singleton'$cmd$, tablename);
      ELSIF options->>'policy' = 'stately' THEN
        EXECUTE spinegrade_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i3 ON spinegrade_jobs.job (name, state, COALESCE(singleton_key, '')) WHERE state <= 'active' AND policy = 'stately'$cmd$, tablename);
      ELSIF options->>'policy' = 'exclusive' THEN
        EXECUTE spinegrade_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i6 ON spinegrade_jobs.job (name, COALESCE(singleton_key, '')) WHERE state <= 'active' AND policy = 'exclusive'$cmd$, tablename);
      ELSIF options->>'policy' = 'key_strict_fifo' THEN
        EXECUTE spinegrade_jobs.job_table_format($cmd$CREATE UNIQUE INDEX job_i8 ON spinegrade_jobs.job (name, singleton_key) WHERE state IN ('active', 'retry', 'failed') AND policy = 'key_strict_fifo'$cmd$, tablename);
        EXECUTE spinegrade_jobs.job_table_format($cmd$CREATE INDEX job_i10 ON spinegrade_jobs.job (name, singleton_key, state DESC, created_on, id) INCLUDE (start_after) WHERE state < 'active' AND NOT blocked AND policy = 'key_strict_fifo'$cmd$, tablename);
        EXECUTE spinegrade_jobs.job_table_format($cmd$ALTER TABLE spinegrade_jobs.job ADD CONSTRAINT job_key_strict_fifo_singleton_key_check CHECK (NOT (policy = 'key_strict_fifo' AND singleton_key IS NULL))$cmd$, tablename);
      END IF;

      EXECUTE format('ALTER TABLE spinegrade_jobs.%I ADD CONSTRAINT cjc CHECK (name=%L)', tablename, queue_name);
      EXECUTE format('ALTER TABLE spinegrade_jobs.job ATTACH PARTITION spinegrade_jobs.%I FOR VALUES IN (%L)', tablename, queue_name);
    END;
    $_$;


--
-- Name: delete_queue(text); Type: FUNCTION; Schema: spinegrade_jobs; Owner: -
--

CREATE FUNCTION spinegrade_jobs.delete_queue(queue_name text) RETURNS void
    LANGUAGE plpgsql
    AS $$
    DECLARE
      v_table varchar;
      v_partition bool;
    BEGIN
      
      SELECT table_name, partition
      FROM spinegrade_jobs.queue
      WHERE name = queue_name
      INTO v_table, v_partition;

      IF v_partition THEN
        EXECUTE format('DROP TABLE IF EXISTS spinegrade_jobs.%I', v_table);
      ELSE
        EXECUTE format('DELETE FROM spinegrade_jobs.%I WHERE name = %L', v_table, queue_name);
      END IF;
    
      DELETE FROM spinegrade_jobs.queue WHERE name = queue_name;
    END;
    $$;


--
-- Name: job_now(); Type: FUNCTION; Schema: spinegrade_jobs; Owner: -
--

CREATE FUNCTION spinegrade_jobs.job_now() RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $$
      SELECT pg_catalog.now();
    $$;


--
-- Name: job_table_format(text, text); Type: FUNCTION; Schema: spinegrade_jobs; Owner: -
--

CREATE FUNCTION spinegrade_jobs.job_table_format(command text, table_name text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
      SELECT format(
        regexp_replace(
          regexp_replace(command, '\.job\y', '.%1$I', 'g'),
          '\yjob_i(\d+)', '%1$s_i\1', 'g'
        ),
        table_name
      );
    $_$;


--
-- Name: job_table_run(text, text, text); Type: FUNCTION; Schema: spinegrade_jobs; Owner: -
--

CREATE FUNCTION spinegrade_jobs.job_table_run(command text, tbl_name text DEFAULT NULL::text, queue_name text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql
    AS $$
    DECLARE
      tbl RECORD;
    BEGIN
      IF queue_name IS NOT NULL THEN
        SELECT table_name INTO tbl_name FROM spinegrade_jobs.queue WHERE name = queue_name;
      END IF;

      IF tbl_name IS NOT NULL THEN
        EXECUTE spinegrade_jobs.job_table_format(command, tbl_name);
        RETURN;
      END IF;

      EXECUTE spinegrade_jobs.job_table_format(command, 'job_common');

      FOR tbl IN SELECT table_name FROM spinegrade_jobs.queue WHERE partition = true
      LOOP
        EXECUTE spinegrade_jobs.job_table_format(command, tbl.table_name);
      END LOOP;
    END;
    $$;


--
-- Name: job_table_run_async(text, integer, text, text, text); Type: FUNCTION; Schema: spinegrade_jobs; Owner: -
--

CREATE FUNCTION spinegrade_jobs.job_table_run_async(command_name text, version integer, command text, tbl_name text DEFAULT NULL::text, queue_name text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql
    AS $$
    BEGIN
      IF queue_name IS NOT NULL THEN
        SELECT table_name INTO tbl_name FROM spinegrade_jobs.queue WHERE name = queue_name;
      END IF;

      IF tbl_name IS NOT NULL THEN
        INSERT INTO spinegrade_jobs.bam (name, version, status, queue, table_name, command)
        VALUES (
          command_name,
          version,
          'pending',
          queue_name,
          tbl_name,
          spinegrade_jobs.job_table_format(command, tbl_name)
        );
        RETURN;
      END IF;

      INSERT INTO spinegrade_jobs.bam (name, version, status, queue, table_name, command)
      SELECT
        command_name,
        version,
        'pending',
        NULL,
        'job_common',
        spinegrade_jobs.job_table_format(command, 'job_common')
      UNION ALL
      SELECT
        command_name,
        version,
        'pending',
        queue.name,
        queue.table_name,
        spinegrade_jobs.job_table_format(command, queue.table_name)
      FROM spinegrade_jobs.queue
      WHERE partition = true;
    END;
    $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: analysis; Type: TABLE; Schema: spinegrade; Owner: -
--

CREATE TABLE spinegrade.analysis (
    id uuid NOT NULL,
    study_instance_uid text NOT NULL,
    trigger text NOT NULL,
    state text NOT NULL,
    stage text,
    attempts integer DEFAULT 0 NOT NULL,
    faults integer DEFAULT 0 NOT NULL,
    interruptions integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    failure jsonb,
    reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
    series jsonb DEFAULT '[]'::jsonb NOT NULL,
    report jsonb,
    stages_ms jsonb DEFAULT '{}'::jsonb NOT NULL,
    job_id uuid NOT NULL,
    run_again boolean DEFAULT false NOT NULL,
    objects jsonb DEFAULT '[]'::jsonb NOT NULL,
    predecessors jsonb DEFAULT '[]'::jsonb NOT NULL,
    stage_interruptions integer DEFAULT 0 NOT NULL,
    interrupted_stage text,
    stopping boolean DEFAULT false NOT NULL,
    submit_reason text,
    waited_ms double precision,
    analysis_key text,
    traceparent text,
    CONSTRAINT analysis_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'stored'::text, 'ineligible'::text, 'failed'::text]))),
    CONSTRAINT analysis_trigger_check CHECK ((trigger = ANY (ARRAY['api'::text, 'watch'::text])))
);


--
-- Name: heartbeat; Type: TABLE; Schema: spinegrade; Owner: -
--

CREATE TABLE spinegrade.heartbeat (
    single boolean DEFAULT true NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT heartbeat_single_check CHECK (single)
);


--
-- Name: kept_object; Type: TABLE; Schema: spinegrade; Owner: -
--

CREATE TABLE spinegrade.kept_object (
    sop_instance_uid text NOT NULL,
    analysis_key text NOT NULL,
    "position" integer NOT NULL,
    kind text NOT NULL,
    series_instance_uid text NOT NULL,
    gzipped boolean NOT NULL,
    bytes bytea NOT NULL,
    stored_at timestamp with time zone,
    warning text,
    refusal text,
    refusals integer DEFAULT 0 NOT NULL,
    CONSTRAINT kept_object_kind_check CHECK ((kind = ANY (ARRAY['SR'::text, 'SC'::text, 'KO'::text])))
);


--
-- Name: kept_result; Type: TABLE; Schema: spinegrade; Owner: -
--

CREATE TABLE spinegrade.kept_result (
    analysis_key text NOT NULL,
    study_instance_uid text NOT NULL,
    graded jsonb,
    predecessors jsonb DEFAULT '[]'::jsonb NOT NULL,
    kept_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: schema_version; Type: TABLE; Schema: spinegrade; Owner: -
--

CREATE TABLE spinegrade.schema_version (
    single boolean DEFAULT true NOT NULL,
    version integer NOT NULL,
    compatible_from integer DEFAULT 6 NOT NULL,
    CONSTRAINT schema_version_single_check CHECK (single)
);


--
-- Name: shadow_grade; Type: TABLE; Schema: spinegrade; Owner: -
--

CREATE TABLE spinegrade.shadow_grade (
    study_instance_uid text NOT NULL,
    serving_sha256 text NOT NULL,
    serving_name text NOT NULL,
    serving_version text NOT NULL,
    shadow_sha256 text NOT NULL,
    shadow_name text NOT NULL,
    shadow_version text NOT NULL,
    outcome text NOT NULL,
    shadow_ms double precision NOT NULL,
    targets jsonb NOT NULL,
    compared_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: watch_cursor; Type: TABLE; Schema: spinegrade; Owner: -
--

CREATE TABLE spinegrade.watch_cursor (
    single boolean DEFAULT true NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT watch_cursor_single_check CHECK (single)
);


--
-- Name: watch_lease; Type: TABLE; Schema: spinegrade; Owner: -
--

CREATE TABLE spinegrade.watch_lease (
    single boolean DEFAULT true NOT NULL,
    holder uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT watch_lease_single_check CHECK (single)
);


--
-- Name: watched_study; Type: TABLE; Schema: spinegrade; Owner: -
--

CREATE TABLE spinegrade.watched_study (
    study_instance_uid text NOT NULL,
    fingerprint text NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    submitted_fingerprint text,
    waited_ms double precision DEFAULT 0 NOT NULL,
    looking_process uuid,
    looking_since timestamp with time zone,
    looks_cut_off integer DEFAULT 0 NOT NULL,
    set_aside boolean DEFAULT false NOT NULL
);


--
-- Name: bam; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.bam (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    queue text,
    table_name text NOT NULL,
    command text NOT NULL,
    error text,
    created_on timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    started_on timestamp with time zone,
    completed_on timestamp with time zone
);


--
-- Name: job; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.job (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    data jsonb,
    state spinegrade_jobs.job_state DEFAULT 'created'::spinegrade_jobs.job_state NOT NULL,
    retry_limit integer DEFAULT 2 NOT NULL,
    retry_count integer DEFAULT 0 NOT NULL,
    retry_delay integer DEFAULT 0 NOT NULL,
    retry_backoff boolean DEFAULT false NOT NULL,
    retry_delay_max integer,
    expire_seconds integer DEFAULT 900 NOT NULL,
    deletion_seconds integer DEFAULT 604800 NOT NULL,
    singleton_key text,
    singleton_on timestamp without time zone,
    group_id text,
    group_tier text,
    start_after timestamp with time zone DEFAULT now() NOT NULL,
    created_on timestamp with time zone DEFAULT now() NOT NULL,
    started_on timestamp with time zone,
    completed_on timestamp with time zone,
    keep_until timestamp with time zone DEFAULT (now() + '336:00:00'::interval) NOT NULL,
    output jsonb,
    dead_letter text,
    policy text,
    heartbeat_on timestamp with time zone,
    heartbeat_seconds integer,
    blocked boolean DEFAULT false NOT NULL,
    blocking boolean DEFAULT false NOT NULL,
    pending_dependencies integer DEFAULT 0 NOT NULL,
    source_name text,
    source_id uuid,
    source_created_on timestamp with time zone,
    source_retry_count integer,
    source_output jsonb,
    source_root_id uuid
)
PARTITION BY LIST (name);


--
-- Name: job_common; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.job_common (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    data jsonb,
    state spinegrade_jobs.job_state DEFAULT 'created'::spinegrade_jobs.job_state NOT NULL,
    retry_limit integer DEFAULT 2 NOT NULL,
    retry_count integer DEFAULT 0 NOT NULL,
    retry_delay integer DEFAULT 0 NOT NULL,
    retry_backoff boolean DEFAULT false NOT NULL,
    retry_delay_max integer,
    expire_seconds integer DEFAULT 900 NOT NULL,
    deletion_seconds integer DEFAULT 604800 NOT NULL,
    singleton_key text,
    singleton_on timestamp without time zone,
    group_id text,
    group_tier text,
    start_after timestamp with time zone DEFAULT now() NOT NULL,
    created_on timestamp with time zone DEFAULT now() NOT NULL,
    started_on timestamp with time zone,
    completed_on timestamp with time zone,
    keep_until timestamp with time zone DEFAULT (now() + '336:00:00'::interval) NOT NULL,
    output jsonb,
    dead_letter text,
    policy text,
    heartbeat_on timestamp with time zone,
    heartbeat_seconds integer,
    blocked boolean DEFAULT false NOT NULL,
    blocking boolean DEFAULT false NOT NULL,
    pending_dependencies integer DEFAULT 0 NOT NULL,
    source_name text,
    source_id uuid,
    source_created_on timestamp with time zone,
    source_retry_count integer,
    source_output jsonb,
    source_root_id uuid,
    CONSTRAINT job_key_strict_fifo_singleton_key_check CHECK ((NOT ((policy = 'key_strict_fifo'::text) AND (singleton_key IS NULL))))
);


--
-- Name: job_dependency; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.job_dependency (
    child_name text NOT NULL,
    child_id uuid NOT NULL,
    parent_name text NOT NULL,
    parent_id uuid NOT NULL
);


--
-- Name: queue; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.queue (
    name text NOT NULL,
    policy text NOT NULL,
    retry_limit integer NOT NULL,
    retry_delay integer NOT NULL,
    retry_backoff boolean NOT NULL,
    retry_delay_max integer,
    expire_seconds integer NOT NULL,
    retention_seconds integer NOT NULL,
    deletion_seconds integer NOT NULL,
    dead_letter text,
    partition boolean NOT NULL,
    table_name text NOT NULL,
    deferred_count integer DEFAULT 0 NOT NULL,
    queued_count integer DEFAULT 0 NOT NULL,
    ready_count integer DEFAULT 0 NOT NULL,
    warning_queued integer DEFAULT 0 NOT NULL,
    active_count integer DEFAULT 0 NOT NULL,
    failed_count integer DEFAULT 0 NOT NULL,
    total_count integer DEFAULT 0 NOT NULL,
    created_delta integer DEFAULT 0 NOT NULL,
    completed_delta integer DEFAULT 0 NOT NULL,
    failed_delta integer DEFAULT 0 NOT NULL,
    delta_on timestamp with time zone,
    delta_seconds integer,
    ready_history integer[] DEFAULT '{}'::integer[] NOT NULL,
    heartbeat_seconds integer,
    notify boolean DEFAULT false NOT NULL,
    singletons_active text[],
    monitor_claim_on timestamp with time zone,
    monitor_on timestamp with time zone,
    maintain_on timestamp with time zone,
    created_on timestamp with time zone DEFAULT now() NOT NULL,
    updated_on timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT queue_check CHECK ((dead_letter IS DISTINCT FROM name))
);


--
-- Name: queue_stats; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.queue_stats (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    deferred_count integer DEFAULT 0 NOT NULL,
    queued_count integer DEFAULT 0 NOT NULL,
    ready_count integer DEFAULT 0 NOT NULL,
    active_count integer DEFAULT 0 NOT NULL,
    failed_count integer DEFAULT 0 NOT NULL,
    total_count integer DEFAULT 0 NOT NULL,
    created_delta integer,
    completed_delta integer,
    failed_delta integer,
    delta_seconds integer,
    delta_on timestamp with time zone,
    captured_on timestamp with time zone DEFAULT now() NOT NULL
)
PARTITION BY RANGE (captured_on);


--
-- Name: queue_stats_20261128; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.queue_stats_20261128 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    deferred_count integer DEFAULT 0 NOT NULL,
    queued_count integer DEFAULT 0 NOT NULL,
    ready_count integer DEFAULT 0 NOT NULL,
    active_count integer DEFAULT 0 NOT NULL,
    failed_count integer DEFAULT 0 NOT NULL,
    total_count integer DEFAULT 0 NOT NULL,
    created_delta integer,
    completed_delta integer,
    failed_delta integer,
    delta_seconds integer,
    delta_on timestamp with time zone,
    captured_on timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: queue_stats_20261129; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.queue_stats_20261129 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    deferred_count integer DEFAULT 0 NOT NULL,
    queued_count integer DEFAULT 0 NOT NULL,
    ready_count integer DEFAULT 0 NOT NULL,
    active_count integer DEFAULT 0 NOT NULL,
    failed_count integer DEFAULT 0 NOT NULL,
    total_count integer DEFAULT 0 NOT NULL,
    created_delta integer,
    completed_delta integer,
    failed_delta integer,
    delta_seconds integer,
    delta_on timestamp with time zone,
    captured_on timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: schedule; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.schedule (
    name text NOT NULL,
    key text DEFAULT ''::text NOT NULL,
    kind text DEFAULT 'cron'::text NOT NULL,
    cron text NOT NULL,
    timezone text DEFAULT 'UTC'::text,
    data jsonb,
    options jsonb,
    created_on timestamp with time zone DEFAULT now() NOT NULL,
    updated_on timestamp with time zone DEFAULT now() NOT NULL,
    last_job_id uuid,
    CONSTRAINT schedule_kind_check CHECK ((kind = ANY (ARRAY['cron'::text, 'rrule'::text])))
);


--
-- Name: subscription; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.subscription (
    event text NOT NULL,
    name text NOT NULL,
    created_on timestamp with time zone DEFAULT now() NOT NULL,
    updated_on timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: version; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.version (
    version integer NOT NULL,
    cron_on timestamp with time zone,
    bam_on timestamp with time zone,
    flow_on timestamp with time zone,
    reindex_on timestamp with time zone,
    monitor_backoff_on timestamp with time zone
);


--
-- Name: warning; Type: TABLE; Schema: spinegrade_jobs; Owner: -
--

CREATE TABLE spinegrade_jobs.warning (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    type text NOT NULL,
    message text NOT NULL,
    data jsonb,
    created_on timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: job_common; Type: TABLE ATTACH; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.job ATTACH PARTITION spinegrade_jobs.job_common DEFAULT;


--
-- Name: queue_stats_20261128; Type: TABLE ATTACH; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.queue_stats ATTACH PARTITION spinegrade_jobs.queue_stats_20261128 FOR VALUES FROM ('2026-11-28 00:00:00+00') TO ('2026-11-29 00:00:00+00');


--
-- Name: queue_stats_20261129; Type: TABLE ATTACH; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.queue_stats ATTACH PARTITION spinegrade_jobs.queue_stats_20261129 FOR VALUES FROM ('2026-11-29 00:00:00+00') TO ('2026-11-30 00:00:00+00');


--
-- Data for Name: analysis; Type: TABLE DATA; Schema: spinegrade; Owner: -
--

INSERT INTO spinegrade.analysis VALUES ('341ea83a-90f2-43a3-b07f-4f018624eee9', '2.25.1', 'watch', 'stored', NULL, 1, 0, 0, '2026-11-28 12:34:59.780709+00', '2026-11-28 12:34:59.890829+00', '2026-11-28 12:34:59.890829+00', NULL, '[]', '[{"role": "sagittal-t2", "chosen": true, "reasons": [{"code": "stack", "facts": {"plane": "sagittal", "slices": 15, "pixelMm": 0.7, "spacingMm": 4}}, {"code": "chosen", "facts": {"role": "sagittal-t2"}}], "modality": "MR", "seriesNumber": 3, "instanceCount": 15, "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1"}, {"role": null, "chosen": false, "reasons": ["a localiser"], "modality": "MR", "seriesNumber": null, "instanceCount": 3, "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.2"}]', '{"analysisKey": "49b1b035c2cf7aa7535e0d4f736a885ff8326aef069bb93bd7a3f26cf5bddebc", "sopInstanceUid": "2.25.106919789460528.108352074375235", "seriesInstanceUid": "2.25.106919789460528.108352074375235.1"}', '{}', '039486f3-27f4-456f-b9aa-6c7a51fd3d2a', false, '[{"kind": "SR", "warning": null, "sopInstanceUid": "2.25.106919789460528.108352074375235", "seriesInstanceUid": "2.25.106919789460528.108352074375235.1"}, {"kind": "SC", "warning": null, "sopInstanceUid": "2.25.83257109269463.72230186477594", "seriesInstanceUid": "2.25.83257109269463.72230186477594.1"}]', '[]', 0, NULL, false, NULL, NULL, '49b1b035c2cf7aa7535e0d4f736a885ff8326aef069bb93bd7a3f26cf5bddebc', NULL);
INSERT INTO spinegrade.analysis VALUES ('aca695bb-75a3-4464-8f8c-16c733df2a72', '2.25.2', 'watch', 'ineligible', NULL, 1, 0, 0, '2026-11-28 12:34:59.802698+00', '2026-11-28 12:34:59.931328+00', '2026-11-28 12:34:59.931328+00', NULL, '[{"code": "no-sagittal-t2", "facts": {"why": {"kind": "none-qualifies", "faulty": []}}}]', '[{"role": null, "chosen": false, "reasons": ["a localiser"], "modality": "MR", "seriesNumber": null, "instanceCount": 3, "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.2"}]', NULL, '{}', 'c8e43c3b-3cd9-4423-970a-045e381d798a', false, '[]', '[]', 0, NULL, false, NULL, NULL, NULL, NULL);
INSERT INTO spinegrade.analysis VALUES ('6ecaeffe-9a4c-4a15-bacd-c6336eb01529', '2.25.3', 'watch', 'failed', NULL, 1, 0, 0, '2026-11-28 12:34:59.814041+00', '2026-11-28 12:34:59.972361+00', '2026-11-28 12:34:59.972361+00', '{"code": null, "stage": null, "reason": "before the first stage: a defect", "retryable": false}', '[]', '[]', NULL, '{}', 'c8b0669a-aca6-49de-b597-07cdcce3a354', false, '[]', '[]', 0, NULL, false, NULL, NULL, NULL, NULL);
INSERT INTO spinegrade.analysis VALUES ('eaee25c6-fd4c-4b4a-ac22-c6dad6a3765e', '2.25.4', 'api', 'queued', NULL, 0, 0, 0, '2026-11-28 12:35:00.077461+00', '2026-11-28 12:35:00.077461+00', NULL, NULL, '[]', '[]', NULL, '{}', 'bd0a5fe6-78d7-4c73-95dd-f3fa0284e8da', false, '[]', '[]', 0, NULL, false, NULL, NULL, NULL, NULL);


--
-- Data for Name: heartbeat; Type: TABLE DATA; Schema: spinegrade; Owner: -
--



--
-- Data for Name: kept_object; Type: TABLE DATA; Schema: spinegrade; Owner: -
--

INSERT INTO spinegrade.kept_object VALUES ('2.25.106919789460528.108352074375235', '49b1b035c2cf7aa7535e0d4f736a885ff8326aef069bb93bd7a3f26cf5bddebc', 0, 'SR', '2.25.106919789460528.108352074375235.1', true, '\x1f8b0800000000000003010001fffe000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff738c052900010000', NULL, NULL, NULL, 0);
INSERT INTO spinegrade.kept_object VALUES ('2.25.83257109269463.72230186477594', '49b1b035c2cf7aa7535e0d4f736a885ff8326aef069bb93bd7a3f26cf5bddebc', 1, 'SC', '2.25.83257109269463.72230186477594.1', true, '\x1f8b0800000000000003010001fffe000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff738c052900010000', NULL, NULL, NULL, 0);


--
-- Data for Name: kept_result; Type: TABLE DATA; Schema: spinegrade; Owner: -
--

INSERT INTO spinegrade.kept_result VALUES ('49b1b035c2cf7aa7535e0d4f736a885ff8326aef069bb93bd7a3f26cf5bddebc', '2.25.1', '{"kind": "graded", "levels": [{"level": "L1/L2", "discMm": [1.5, -20.25, 100], "canalMm": [1.5, -5, 100], "confidence": 0.875}, {"level": "L2/L3", "discMm": [1.5, -20.25, 64.875], "canalMm": [1.5, -5, 64.875], "confidence": 0.875}, {"level": "L3/L4", "discMm": [1.5, -20.25, 29.75], "canalMm": [1.5, -5, 29.75], "confidence": 0.875}, {"level": "L4/L5", "discMm": [1.5, -20.25, -5.375], "canalMm": [1.5, -5, -5.375], "confidence": 0.875}, {"level": "L5/S1", "discMm": [1.5, -20.25, -40.5], "canalMm": [1.5, -5, -40.5], "confidence": 0.875}], "series": [{"role": "sagittal-t2", "chosen": true, "reasons": [{"code": "stack", "facts": {"plane": "sagittal", "slices": 15, "pixelMm": 0.7, "spacingMm": 4}}, {"code": "chosen", "facts": {"role": "sagittal-t2"}}], "modality": "MR", "seriesNumber": 3, "instanceCount": 15, "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1"}, {"role": null, "chosen": false, "reasons": ["a localiser"], "modality": "MR", "seriesNumber": null, "instanceCount": 3, "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.2"}], "findings": [{"side": null, "grade": "Normal/Mild", "level": "L1/L2", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.0", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "spinal_canal_stenosis", "probabilities": {"Severe": 0, "Moderate": 0.1, "Normal/Mild": 0.9}}, {"side": "left", "grade": "Normal/Mild", "level": "L1/L2", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.1", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "neural_foraminal_narrowing", "probabilities": {"Severe": 0.02, "Moderate": 0.1, "Normal/Mild": 0.88}}, {"side": "right", "grade": "Normal/Mild", "level": "L1/L2", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.2", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "neural_foraminal_narrowing", "probabilities": {"Severe": 0.04, "Moderate": 0.1, "Normal/Mild": 0.86}}, {"side": "left", "grade": "Normal/Mild", "level": "L1/L2", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.3", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "subarticular_stenosis", "probabilities": {"Severe": 0.06, "Moderate": 0.1, "Normal/Mild": 0.8400000000000001}}, {"side": "right", "grade": "Normal/Mild", "level": "L1/L2", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.4", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "subarticular_stenosis", "probabilities": {"Severe": 0.08, "Moderate": 0.1, "Normal/Mild": 0.8200000000000001}}, {"side": null, "grade": "Normal/Mild", "level": "L2/L3", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.5", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "spinal_canal_stenosis", "probabilities": {"Severe": 0.1, "Moderate": 0.1, "Normal/Mild": 0.8}}, {"side": "left", "grade": "Normal/Mild", "level": "L2/L3", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.6", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "neural_foraminal_narrowing", "probabilities": {"Severe": 0.12, "Moderate": 0.1, "Normal/Mild": 0.78}}, {"side": "right", "grade": "Normal/Mild", "level": "L2/L3", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.7", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "neural_foraminal_narrowing", "probabilities": {"Severe": 0.14, "Moderate": 0.1, "Normal/Mild": 0.76}}, {"side": "left", "grade": "Normal/Mild", "level": "L2/L3", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.8", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "subarticular_stenosis", "probabilities": {"Severe": 0.16, "Moderate": 0.1, "Normal/Mild": 0.74}}, {"side": "right", "grade": "Normal/Mild", "level": "L2/L3", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.9", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "subarticular_stenosis", "probabilities": {"Severe": 0.18, "Moderate": 0.1, "Normal/Mild": 0.72}}, {"side": null, "grade": "Normal/Mild", "level": "L3/L4", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.10", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "spinal_canal_stenosis", "probabilities": {"Severe": 0.2, "Moderate": 0.1, "Normal/Mild": 0.7}}, {"side": "left", "grade": "Normal/Mild", "level": "L3/L4", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.11", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "neural_foraminal_narrowing", "probabilities": {"Severe": 0.22, "Moderate": 0.1, "Normal/Mild": 0.68}}, {"side": "right", "grade": "Normal/Mild", "level": "L3/L4", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.12", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "neural_foraminal_narrowing", "probabilities": {"Severe": 0.24, "Moderate": 0.1, "Normal/Mild": 0.66}}, {"side": "left", "grade": "Normal/Mild", "level": "L3/L4", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.13", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "subarticular_stenosis", "probabilities": {"Severe": 0.26, "Moderate": 0.1, "Normal/Mild": 0.64}}, {"side": "right", "grade": "Normal/Mild", "level": "L3/L4", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.14", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "subarticular_stenosis", "probabilities": {"Severe": 0.28, "Moderate": 0.1, "Normal/Mild": 0.62}}, {"side": null, "grade": "Normal/Mild", "level": "L4/L5", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.15", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "spinal_canal_stenosis", "probabilities": {"Severe": 0.3, "Moderate": 0.1, "Normal/Mild": 0.6000000000000001}}, {"side": "left", "grade": "Normal/Mild", "level": "L4/L5", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.16", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "neural_foraminal_narrowing", "probabilities": {"Severe": 0.32, "Moderate": 0.1, "Normal/Mild": 0.5800000000000001}}, {"side": "right", "grade": "Normal/Mild", "level": "L4/L5", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.17", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "neural_foraminal_narrowing", "probabilities": {"Severe": 0.34, "Moderate": 0.1, "Normal/Mild": 0.56}}, {"side": "left", "grade": "Normal/Mild", "level": "L4/L5", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.18", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "subarticular_stenosis", "probabilities": {"Severe": 0.36, "Moderate": 0.1, "Normal/Mild": 0.54}}, {"side": "right", "grade": "Normal/Mild", "level": "L4/L5", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.19", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "subarticular_stenosis", "probabilities": {"Severe": 0.38, "Moderate": 0.1, "Normal/Mild": 0.52}}, {"side": null, "grade": "Normal/Mild", "level": "L5/S1", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.20", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "spinal_canal_stenosis", "probabilities": {"Severe": 0.4, "Moderate": 0.1, "Normal/Mild": 0.5}}, {"side": "left", "grade": "Normal/Mild", "level": "L5/S1", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.21", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "neural_foraminal_narrowing", "probabilities": {"Severe": 0.42, "Moderate": 0.1, "Normal/Mild": 0.48000000000000004}}, {"side": "right", "grade": "Normal/Mild", "level": "L5/S1", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.22", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "neural_foraminal_narrowing", "probabilities": {"Severe": 0.44, "Moderate": 0.1, "Normal/Mild": 0.46}}, {"side": "left", "grade": "Severe", "level": "L5/S1", "location": {"role": "sagittal-t2", "image": {"frameNumber": null, "sopClassUid": "1.2.840.10008.5.1.4.1.1.4", "sopInstanceUid": "1.2.826.0.1.3680043.10.2.23", "seriesInstanceUid": "1.2.826.0.1.3680043.10.1.1", "frameOfReferenceUid": "1.2.826.0.1.3680043.10.3"}, "pixel": [100.5, 200.5], "pointMm": [1, 2, 3]}, "condition": "subarticular_stenosis", "probabilities": {"Severe": 0.46, "Moderate": 0.1, "Normal/Mild": 0.44}}, {"side": "right", "grade": "Severe", "level": "L5/S1", "location": null, "unseenAt": {"pointMm": [1, 2, 3], "frameOfReferenceUid": "2.25.7"}, "condition": "subarticular_stenosis", "probabilities": {"Severe": 0.48, "Moderate": 0.1, "Normal/Mild": 0.42000000000000004}}], "warnings": ["no axial T2 series"], "algorithm": {"name": "spinegrade", "version": "0.1.0", "packSha256": "abababababababababababababababababababababababababababababababab", "executionProvider": "cpu"}, "observations": []}', '[]', '2026-11-28 12:34:59.876963+00');


--
-- Data for Name: schema_version; Type: TABLE DATA; Schema: spinegrade; Owner: -
--

INSERT INTO spinegrade.schema_version VALUES (true, 9, 6);


--
-- Data for Name: shadow_grade; Type: TABLE DATA; Schema: spinegrade; Owner: -
--



--
-- Data for Name: watch_cursor; Type: TABLE DATA; Schema: spinegrade; Owner: -
--



--
-- Data for Name: watch_lease; Type: TABLE DATA; Schema: spinegrade; Owner: -
--



--
-- Data for Name: watched_study; Type: TABLE DATA; Schema: spinegrade; Owner: -
--

INSERT INTO spinegrade.watched_study VALUES ('2.25.5', 'a', '2026-11-28 12:35:00.085689+00', '2026-11-28 12:35:00.085689+00', NULL, 0, NULL, NULL, 0, false);


--
-- Data for Name: bam; Type: TABLE DATA; Schema: spinegrade_jobs; Owner: -
--



--
-- Data for Name: job_common; Type: TABLE DATA; Schema: spinegrade_jobs; Owner: -
--

INSERT INTO spinegrade_jobs.job_common VALUES ('039486f3-27f4-456f-b9aa-6c7a51fd3d2a', 'analyses', 0, '{"analysisId": "341ea83a-90f2-43a3-b07f-4f018624eee9"}', 'completed', 1000000, 0, 1, false, NULL, 86400, 604800, NULL, NULL, NULL, NULL, '2026-11-28 12:34:59.780709+00', '2026-11-28 12:34:59.780709+00', '2026-11-28 12:34:59.853799+00', '2026-11-28 12:34:59.890829+00', '2036-11-25 12:34:59.780709+00', NULL, NULL, 'standard', '2026-11-28 12:34:59.853799+00', 30, false, false, 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO spinegrade_jobs.job_common VALUES ('c8e43c3b-3cd9-4423-970a-045e381d798a', 'analyses', 0, '{"analysisId": "aca695bb-75a3-4464-8f8c-16c733df2a72"}', 'completed', 1000000, 0, 1, false, NULL, 86400, 604800, NULL, NULL, NULL, NULL, '2026-11-28 12:34:59.802698+00', '2026-11-28 12:34:59.802698+00', '2026-11-28 12:34:59.914799+00', '2026-11-28 12:34:59.931328+00', '2036-11-25 12:34:59.802698+00', NULL, NULL, 'standard', '2026-11-28 12:34:59.914799+00', 30, false, false, 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO spinegrade_jobs.job_common VALUES ('c8b0669a-aca6-49de-b597-07cdcce3a354', 'analyses', 0, '{"analysisId": "6ecaeffe-9a4c-4a15-bacd-c6336eb01529"}', 'completed', 1000000, 0, 1, false, NULL, 86400, 604800, NULL, NULL, NULL, NULL, '2026-11-28 12:34:59.814041+00', '2026-11-28 12:34:59.814041+00', '2026-11-28 12:34:59.94954+00', '2026-11-28 12:34:59.972361+00', '2036-11-25 12:34:59.814041+00', NULL, NULL, 'standard', '2026-11-28 12:34:59.94954+00', 30, false, false, 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO spinegrade_jobs.job_common VALUES ('bd0a5fe6-78d7-4c73-95dd-f3fa0284e8da', 'analyses', 0, '{"analysisId": "eaee25c6-fd4c-4b4a-ac22-c6dad6a3765e"}', 'created', 1000000, 0, 1, false, NULL, 86400, 604800, NULL, NULL, NULL, NULL, '2026-11-28 12:35:00.077461+00', '2026-11-28 12:35:00.077461+00', NULL, NULL, '2036-11-25 12:35:00.077461+00', NULL, NULL, 'standard', NULL, 30, false, false, 0, NULL, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: job_dependency; Type: TABLE DATA; Schema: spinegrade_jobs; Owner: -
--



--
-- Data for Name: queue; Type: TABLE DATA; Schema: spinegrade_jobs; Owner: -
--

INSERT INTO spinegrade_jobs.queue VALUES ('analyses', 'standard', 2, 0, false, NULL, 900, 1209600, 604800, NULL, false, 'job_common', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, '{}', NULL, false, NULL, NULL, NULL, NULL, '2026-11-28 12:34:59.736346+00', '2026-11-28 12:34:59.736346+00');


--
-- Data for Name: queue_stats_20261128; Type: TABLE DATA; Schema: spinegrade_jobs; Owner: -
--



--
-- Data for Name: queue_stats_20261129; Type: TABLE DATA; Schema: spinegrade_jobs; Owner: -
--



--
-- Data for Name: schedule; Type: TABLE DATA; Schema: spinegrade_jobs; Owner: -
--



--
-- Data for Name: subscription; Type: TABLE DATA; Schema: spinegrade_jobs; Owner: -
--



--
-- Data for Name: version; Type: TABLE DATA; Schema: spinegrade_jobs; Owner: -
--

INSERT INTO spinegrade_jobs.version VALUES (43, NULL, '2026-11-28 12:34:59.76439+00', '2026-11-28 12:34:59.760144+00', NULL, NULL);


--
-- Data for Name: warning; Type: TABLE DATA; Schema: spinegrade_jobs; Owner: -
--



--
-- Name: analysis analysis_pkey; Type: CONSTRAINT; Schema: spinegrade; Owner: -
--

ALTER TABLE ONLY spinegrade.analysis
    ADD CONSTRAINT analysis_pkey PRIMARY KEY (id);


--
-- Name: heartbeat heartbeat_pkey; Type: CONSTRAINT; Schema: spinegrade; Owner: -
--

ALTER TABLE ONLY spinegrade.heartbeat
    ADD CONSTRAINT heartbeat_pkey PRIMARY KEY (single);


--
-- Name: kept_object kept_object_analysis_key_position_key; Type: CONSTRAINT; Schema: spinegrade; Owner: -
--

ALTER TABLE ONLY spinegrade.kept_object
    ADD CONSTRAINT kept_object_analysis_key_position_key UNIQUE (analysis_key, "position");


--
-- Name: kept_object kept_object_pkey; Type: CONSTRAINT; Schema: spinegrade; Owner: -
--

ALTER TABLE ONLY spinegrade.kept_object
    ADD CONSTRAINT kept_object_pkey PRIMARY KEY (sop_instance_uid);


--
-- Name: kept_result kept_result_pkey; Type: CONSTRAINT; Schema: spinegrade; Owner: -
--

ALTER TABLE ONLY spinegrade.kept_result
    ADD CONSTRAINT kept_result_pkey PRIMARY KEY (analysis_key);


--
-- Name: schema_version schema_version_pkey; Type: CONSTRAINT; Schema: spinegrade; Owner: -
--

ALTER TABLE ONLY spinegrade.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (single);


--
-- Name: shadow_grade shadow_grade_pkey; Type: CONSTRAINT; Schema: spinegrade; Owner: -
--

ALTER TABLE ONLY spinegrade.shadow_grade
    ADD CONSTRAINT shadow_grade_pkey PRIMARY KEY (study_instance_uid, serving_sha256, shadow_sha256);


--
-- Name: watch_cursor watch_cursor_pkey; Type: CONSTRAINT; Schema: spinegrade; Owner: -
--

ALTER TABLE ONLY spinegrade.watch_cursor
    ADD CONSTRAINT watch_cursor_pkey PRIMARY KEY (single);


--
-- Name: watch_lease watch_lease_pkey; Type: CONSTRAINT; Schema: spinegrade; Owner: -
--

ALTER TABLE ONLY spinegrade.watch_lease
    ADD CONSTRAINT watch_lease_pkey PRIMARY KEY (single);


--
-- Name: watched_study watched_study_pkey; Type: CONSTRAINT; Schema: spinegrade; Owner: -
--

ALTER TABLE ONLY spinegrade.watched_study
    ADD CONSTRAINT watched_study_pkey PRIMARY KEY (study_instance_uid);


--
-- Name: bam bam_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.bam
    ADD CONSTRAINT bam_pkey PRIMARY KEY (id);


--
-- Name: job job_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (name, id);


--
-- Name: job_common job_common_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.job_common
    ADD CONSTRAINT job_common_pkey PRIMARY KEY (name, id);


--
-- Name: job_dependency job_dependency_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.job_dependency
    ADD CONSTRAINT job_dependency_pkey PRIMARY KEY (child_name, child_id, parent_name, parent_id);


--
-- Name: queue queue_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.queue
    ADD CONSTRAINT queue_pkey PRIMARY KEY (name);


--
-- Name: queue_stats queue_stats_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.queue_stats
    ADD CONSTRAINT queue_stats_pkey PRIMARY KEY (id, captured_on);


--
-- Name: queue_stats_20261128 queue_stats_20261128_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.queue_stats_20261128
    ADD CONSTRAINT queue_stats_20261128_pkey PRIMARY KEY (id, captured_on);


--
-- Name: queue_stats_20261129 queue_stats_20261129_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.queue_stats_20261129
    ADD CONSTRAINT queue_stats_20261129_pkey PRIMARY KEY (id, captured_on);


--
-- Name: schedule schedule_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.schedule
    ADD CONSTRAINT schedule_pkey PRIMARY KEY (name, key);


--
-- Name: subscription subscription_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (event, name);


--
-- Name: version version_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.version
    ADD CONSTRAINT version_pkey PRIMARY KEY (version);


--
-- Name: warning warning_pkey; Type: CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.warning
    ADD CONSTRAINT warning_pkey PRIMARY KEY (id);


--
-- Name: analysis_failed; Type: INDEX; Schema: spinegrade; Owner: -
--

CREATE INDEX analysis_failed ON spinegrade.analysis USING btree (study_instance_uid, created_at) WHERE (state = 'failed'::text);


--
-- Name: analysis_failed_for_now; Type: INDEX; Schema: spinegrade; Owner: -
--

CREATE INDEX analysis_failed_for_now ON spinegrade.analysis USING btree (study_instance_uid) WHERE ((state = 'failed'::text) AND ((failure ->> 'retryable'::text) = 'true'::text));


--
-- Name: analysis_of_study; Type: INDEX; Schema: spinegrade; Owner: -
--

CREATE INDEX analysis_of_study ON spinegrade.analysis USING btree (study_instance_uid, created_at DESC);


--
-- Name: analysis_one_open; Type: INDEX; Schema: spinegrade; Owner: -
--

CREATE UNIQUE INDEX analysis_one_open ON spinegrade.analysis USING btree (study_instance_uid) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));


--
-- Name: analysis_open; Type: INDEX; Schema: spinegrade; Owner: -
--

CREATE INDEX analysis_open ON spinegrade.analysis USING btree (state, created_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));


--
-- Name: kept_result_of_study; Type: INDEX; Schema: spinegrade; Owner: -
--

CREATE INDEX kept_result_of_study ON spinegrade.kept_result USING btree (study_instance_uid);


--
-- Name: shadow_grade_of_time; Type: INDEX; Schema: spinegrade; Owner: -
--

CREATE INDEX shadow_grade_of_time ON spinegrade.shadow_grade USING btree (compared_at);


--
-- Name: watched_study_awaited; Type: INDEX; Schema: spinegrade; Owner: -
--

CREATE INDEX watched_study_awaited ON spinegrade.watched_study USING btree (first_seen_at) WHERE (submitted_fingerprint IS DISTINCT FROM fingerprint);


--
-- Name: watched_study_looking; Type: INDEX; Schema: spinegrade; Owner: -
--

CREATE INDEX watched_study_looking ON spinegrade.watched_study USING btree (looking_since) WHERE (looking_process IS NOT NULL);


--
-- Name: job_common_i1; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE UNIQUE INDEX job_common_i1 ON spinegrade_jobs.job_common USING btree (name, COALESCE(singleton_key, ''::text)) WHERE ((state = 'created'::spinegrade_jobs.job_state) AND (policy = 'short'::text));


--
-- Name: job_common_i10; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE INDEX job_common_i10 ON spinegrade_jobs.job_common USING btree (name, singleton_key, state DESC, created_on, id) INCLUDE (start_after) WHERE ((state < 'active'::spinegrade_jobs.job_state) AND (NOT blocked) AND (policy = 'key_strict_fifo'::text));


--
-- Name: job_common_i11; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE INDEX job_common_i11 ON spinegrade_jobs.job_common USING btree (name, priority DESC, created_on, start_after) WHERE ((state < 'active'::spinegrade_jobs.job_state) AND (NOT blocked));


--
-- Name: job_common_i12; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE INDEX job_common_i12 ON spinegrade_jobs.job_common USING btree (source_root_id) WHERE (source_root_id IS NOT NULL);


--
-- Name: job_common_i2; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE UNIQUE INDEX job_common_i2 ON spinegrade_jobs.job_common USING btree (name, COALESCE(singleton_key, ''::text)) WHERE ((state = 'active'::spinegrade_jobs.job_state) AND (policy = 'singleton'::text));


--
-- Name: job_common_i3; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE UNIQUE INDEX job_common_i3 ON spinegrade_jobs.job_common USING btree (name, state, COALESCE(singleton_key, ''::text)) WHERE ((state <= 'active'::spinegrade_jobs.job_state) AND (policy = 'stately'::text));


--
-- Name: job_common_i4; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE UNIQUE INDEX job_common_i4 ON spinegrade_jobs.job_common USING btree (name, singleton_on, COALESCE(singleton_key, ''::text)) WHERE ((state <> 'cancelled'::spinegrade_jobs.job_state) AND (singleton_on IS NOT NULL));


--
-- Name: job_common_i6; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE UNIQUE INDEX job_common_i6 ON spinegrade_jobs.job_common USING btree (name, COALESCE(singleton_key, ''::text)) WHERE ((state <= 'active'::spinegrade_jobs.job_state) AND (policy = 'exclusive'::text));


--
-- Name: job_common_i7; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE INDEX job_common_i7 ON spinegrade_jobs.job_common USING btree (name, group_id) WHERE ((state = 'active'::spinegrade_jobs.job_state) AND (group_id IS NOT NULL));


--
-- Name: job_common_i8; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE UNIQUE INDEX job_common_i8 ON spinegrade_jobs.job_common USING btree (name, singleton_key) WHERE ((state = ANY (ARRAY['active'::spinegrade_jobs.job_state, 'retry'::spinegrade_jobs.job_state, 'failed'::spinegrade_jobs.job_state])) AND (policy = 'key_strict_fifo'::text));


--
-- Name: job_common_i9; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE INDEX job_common_i9 ON spinegrade_jobs.job_common USING btree (name, id) WHERE (blocking AND (state = 'completed'::spinegrade_jobs.job_state));


--
-- Name: job_dep_parent_idx; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE INDEX job_dep_parent_idx ON spinegrade_jobs.job_dependency USING btree (parent_name, parent_id);


--
-- Name: queue_stats_i1; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE INDEX queue_stats_i1 ON ONLY spinegrade_jobs.queue_stats USING btree (name, captured_on DESC) INCLUDE (deferred_count, queued_count, ready_count, active_count, failed_count, total_count);


--
-- Name: queue_stats_20261128_name_captured_on_deferred_count_queued_idx; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE INDEX queue_stats_20261128_name_captured_on_deferred_count_queued_idx ON spinegrade_jobs.queue_stats_20261128 USING btree (name, captured_on DESC) INCLUDE (deferred_count, queued_count, ready_count, active_count, failed_count, total_count);


--
-- Name: queue_stats_20261129_name_captured_on_deferred_count_queued_idx; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE INDEX queue_stats_20261129_name_captured_on_deferred_count_queued_idx ON spinegrade_jobs.queue_stats_20261129 USING btree (name, captured_on DESC) INCLUDE (deferred_count, queued_count, ready_count, active_count, failed_count, total_count);


--
-- Name: warning_i1; Type: INDEX; Schema: spinegrade_jobs; Owner: -
--

CREATE INDEX warning_i1 ON spinegrade_jobs.warning USING btree (created_on DESC);


--
-- Name: job_common_pkey; Type: INDEX ATTACH; Schema: spinegrade_jobs; Owner: -
--

ALTER INDEX spinegrade_jobs.job_pkey ATTACH PARTITION spinegrade_jobs.job_common_pkey;


--
-- Name: queue_stats_20261128_name_captured_on_deferred_count_queued_idx; Type: INDEX ATTACH; Schema: spinegrade_jobs; Owner: -
--

ALTER INDEX spinegrade_jobs.queue_stats_i1 ATTACH PARTITION spinegrade_jobs.queue_stats_20261128_name_captured_on_deferred_count_queued_idx;


--
-- Name: queue_stats_20261128_pkey; Type: INDEX ATTACH; Schema: spinegrade_jobs; Owner: -
--

ALTER INDEX spinegrade_jobs.queue_stats_pkey ATTACH PARTITION spinegrade_jobs.queue_stats_20261128_pkey;


--
-- Name: queue_stats_20261129_name_captured_on_deferred_count_queued_idx; Type: INDEX ATTACH; Schema: spinegrade_jobs; Owner: -
--

ALTER INDEX spinegrade_jobs.queue_stats_i1 ATTACH PARTITION spinegrade_jobs.queue_stats_20261129_name_captured_on_deferred_count_queued_idx;


--
-- Name: queue_stats_20261129_pkey; Type: INDEX ATTACH; Schema: spinegrade_jobs; Owner: -
--

ALTER INDEX spinegrade_jobs.queue_stats_pkey ATTACH PARTITION spinegrade_jobs.queue_stats_20261129_pkey;


--
-- Name: kept_object kept_object_analysis_key_fkey; Type: FK CONSTRAINT; Schema: spinegrade; Owner: -
--

ALTER TABLE ONLY spinegrade.kept_object
    ADD CONSTRAINT kept_object_analysis_key_fkey FOREIGN KEY (analysis_key) REFERENCES spinegrade.kept_result(analysis_key) ON DELETE CASCADE;


--
-- Name: job_common dlq_fkey; Type: FK CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.job_common
    ADD CONSTRAINT dlq_fkey FOREIGN KEY (dead_letter) REFERENCES spinegrade_jobs.queue(name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED;


--
-- Name: job_common q_fkey; Type: FK CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.job_common
    ADD CONSTRAINT q_fkey FOREIGN KEY (name) REFERENCES spinegrade_jobs.queue(name) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED;


--
-- Name: queue queue_dead_letter_fkey; Type: FK CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.queue
    ADD CONSTRAINT queue_dead_letter_fkey FOREIGN KEY (dead_letter) REFERENCES spinegrade_jobs.queue(name);


--
-- Name: schedule schedule_name_fkey; Type: FK CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.schedule
    ADD CONSTRAINT schedule_name_fkey FOREIGN KEY (name) REFERENCES spinegrade_jobs.queue(name) ON DELETE CASCADE;


--
-- Name: subscription subscription_name_fkey; Type: FK CONSTRAINT; Schema: spinegrade_jobs; Owner: -
--

ALTER TABLE ONLY spinegrade_jobs.subscription
    ADD CONSTRAINT subscription_name_fkey FOREIGN KEY (name) REFERENCES spinegrade_jobs.queue(name) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--


