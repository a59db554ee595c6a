/**
 * Step n brings the tables from version n to n + 1. A step that was released is never changed. One that takes away or
 * changes what programs of an earlier version read or write sets `schema_version.compatible_from` to n + 1 from step 6
 * on: only programs that know that version, or a later one, work beside its tables.
 */
export const MIGRATION_STEPS: readonly string[] = [
  `
  CREATE TABLE spinegrade.analysis (
    id uuid PRIMARY KEY,
    study_instance_uid text NOT NULL,
    trigger text NOT NULL CHECK (trigger IN ('api', 'watch')),
    state text NOT NULL CHECK (state IN ('queued', 'running', 'stored', 'ineligible', 'failed')),
    stage text,
    attempts integer NOT NULL DEFAULT 0,
    faults integer NOT NULL DEFAULT 0,
    interruptions integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    failure jsonb,
    reasons jsonb NOT NULL DEFAULT '[]',
    series jsonb NOT NULL DEFAULT '[]',
    graded jsonb,
    report jsonb,
    stages_ms jsonb NOT NULL DEFAULT '{}',
    job_id uuid NOT NULL,
    run_again boolean NOT NULL DEFAULT false
  );
  CREATE UNIQUE INDEX analysis_one_open ON spinegrade.analysis (study_instance_uid)
    WHERE state IN ('queued', 'running');
  CREATE INDEX analysis_of_study ON spinegrade.analysis (study_instance_uid, created_at DESC);
  CREATE INDEX analysis_open ON spinegrade.analysis (state, created_at) WHERE state IN ('queued', 'running');

  CREATE TABLE spinegrade.kept_report (
    analysis_key text PRIMARY KEY,
    study_instance_uid text NOT NULL,
    series_instance_uid text NOT NULL,
    sop_instance_uid text NOT NULL UNIQUE,
    bytes bytea NOT NULL,
    graded jsonb NOT NULL,
    stored boolean NOT NULL DEFAULT false,
    kept_at timestamptz NOT NULL DEFAULT now(),
    stored_at timestamptz
  );

  CREATE TABLE spinegrade.watched_study (
    study_instance_uid text PRIMARY KEY,
    fingerprint text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    submitted_fingerprint text
  );
  CREATE INDEX watched_study_awaited ON spinegrade.watched_study (first_seen_at)
    WHERE submitted_fingerprint IS DISTINCT FROM fingerprint;

  CREATE TABLE spinegrade.watch_cursor (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    at timestamptz NOT NULL
  );
  `,
  // Several objects an analysis, each with its own fate; reports that replace others.
  `
  CREATE TABLE spinegrade.kept_result (
    analysis_key text PRIMARY KEY,
    study_instance_uid text NOT NULL,
    graded jsonb,
    predecessors jsonb NOT NULL DEFAULT '[]',
    kept_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX kept_result_of_study ON spinegrade.kept_result (study_instance_uid);
  CREATE TABLE spinegrade.kept_object (
    sop_instance_uid text PRIMARY KEY,
    analysis_key text NOT NULL REFERENCES spinegrade.kept_result ON DELETE CASCADE,
    position integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('SR', 'SC', 'KO')),
    series_instance_uid text NOT NULL,
    gzipped boolean NOT NULL,
    bytes bytea NOT NULL,
    stored_at timestamptz,
    warning text,
    refusal text,
    refusals integer NOT NULL DEFAULT 0,
    UNIQUE (analysis_key, position)
  );
  INSERT INTO spinegrade.kept_result (analysis_key, study_instance_uid, graded, kept_at)
    SELECT analysis_key, study_instance_uid, graded, kept_at FROM spinegrade.kept_report;
  INSERT INTO spinegrade.kept_object
      (sop_instance_uid, analysis_key, position, kind, series_instance_uid, gzipped, bytes, stored_at)
    SELECT sop_instance_uid, analysis_key, 0, 'SR', series_instance_uid, false, bytes,
      CASE WHEN stored THEN coalesce(stored_at, kept_at) END FROM spinegrade.kept_report;
  DROP TABLE spinegrade.kept_report;

  ALTER TABLE spinegrade.analysis ADD COLUMN objects jsonb NOT NULL DEFAULT '[]';
  ALTER TABLE spinegrade.analysis ADD COLUMN predecessors jsonb NOT NULL DEFAULT '[]';
  UPDATE spinegrade.analysis SET objects = jsonb_build_array(jsonb_build_object('kind', 'SR',
    'seriesInstanceUid', report->'seriesInstanceUid', 'sopInstanceUid', report->'sopInstanceUid', 'warning', NULL))
    WHERE report IS NOT NULL;
  `,
  // Waits that no clock on the wall counts; what was in hand when a process died.
  `
  ALTER TABLE spinegrade.analysis ADD COLUMN stage_interruptions integer NOT NULL DEFAULT 0;
  ALTER TABLE spinegrade.analysis ADD COLUMN interrupted_stage text;
  ALTER TABLE spinegrade.analysis ADD COLUMN stopping boolean NOT NULL DEFAULT false;
  CREATE INDEX analysis_failed_for_now ON spinegrade.analysis (study_instance_uid)
    WHERE state = 'failed' AND failure->>'retryable' = 'true';

  ALTER TABLE spinegrade.watched_study ADD COLUMN waited_ms double precision NOT NULL DEFAULT 0;
  ALTER TABLE spinegrade.watched_study ADD COLUMN looking_process uuid;
  ALTER TABLE spinegrade.watched_study ADD COLUMN looking_since timestamptz;
  ALTER TABLE spinegrade.watched_study ADD COLUMN looks_cut_off integer NOT NULL DEFAULT 0;
  ALTER TABLE spinegrade.watched_study ADD COLUMN set_aside boolean NOT NULL DEFAULT false;
  CREATE INDEX watched_study_looking ON spinegrade.watched_study (looking_since)
    WHERE looking_process IS NOT NULL;
  `,
  // What readiness writes.
  `
  CREATE TABLE spinegrade.heartbeat (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    at timestamptz NOT NULL
  );
  `,
  // Why the watcher submitted a study, and how long it had waited. What was graded is kept with the results alone; where
  // an analysis names none that say the same, results without objects are made of what it holds.
  `
  ALTER TABLE spinegrade.analysis ADD COLUMN submit_reason text;
  ALTER TABLE spinegrade.analysis ADD COLUMN waited_ms double precision;

  ALTER TABLE spinegrade.analysis ADD COLUMN analysis_key text;
  UPDATE spinegrade.analysis SET analysis_key = coalesce(report->>'analysisKey',
      (SELECT kept.analysis_key FROM spinegrade.kept_object AS kept
       WHERE kept.sop_instance_uid = objects->0->>'sopInstanceUid'))
    WHERE state IN ('stored', 'ineligible');
  UPDATE spinegrade.analysis SET analysis_key = 'analysis ' || id
    WHERE graded IS NOT NULL AND NOT EXISTS (SELECT FROM spinegrade.kept_result AS kept
      WHERE kept.analysis_key = analysis.analysis_key AND kept.graded = analysis.graded);
  INSERT INTO spinegrade.kept_result (analysis_key, study_instance_uid, graded, predecessors, kept_at)
    SELECT analysis_key, study_instance_uid, graded, predecessors, coalesce(finished_at, updated_at)
    FROM spinegrade.analysis WHERE analysis_key = 'analysis ' || id;
  ALTER TABLE spinegrade.analysis DROP COLUMN graded;
  `,
  // One watcher acts. Which programs can work beside these tables.
  `
  CREATE TABLE spinegrade.watch_lease (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    holder uuid NOT NULL,
    expires_at timestamptz NOT NULL
  );
  ALTER TABLE spinegrade.schema_version ADD COLUMN compatible_from integer NOT NULL DEFAULT 6;
  `,
  // What metrics count at every scrape.
  `
  CREATE INDEX analysis_failed ON spinegrade.analysis (study_instance_uid, created_at) WHERE state = 'failed';
  `,
  // Of which trace an analysis is a part.
  `
  ALTER TABLE spinegrade.analysis ADD COLUMN traceparent text;
  `,
  // What two packs said of the same studies.
  `
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
    compared_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (study_instance_uid, serving_sha256, shadow_sha256)
  );
  CREATE INDEX shadow_grade_of_time ON spinegrade.shadow_grade (compared_at);
  `,
  // How an analysis was asked for, what became of each attempt, what people did about it; revisions on request; what
  // clients follow.
  `
  ALTER TABLE spinegrade.analysis
    ADD COLUMN priority text NOT NULL DEFAULT 'routine' CHECK (priority IN ('stat', 'routine', 'backfill')),
    ADD COLUMN queue_rank integer NOT NULL DEFAULT 0,
    ADD COLUMN forced boolean NOT NULL DEFAULT false,
    ADD COLUMN note text,
    ADD COLUMN series_override jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN first_started_at timestamptz,
    ADD COLUMN started_at timestamptz,
    ADD COLUMN attempt_log jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN cancel_requested boolean NOT NULL DEFAULT false,
    ADD COLUMN storing boolean NOT NULL DEFAULT false,
    ADD COLUMN acknowledged_at timestamptz,
    DROP CONSTRAINT analysis_state_check,
    ADD CONSTRAINT analysis_state_check
      CHECK (state IN ('queued', 'running', 'stored', 'ineligible', 'failed', 'cancelled'));
  CREATE INDEX analysis_backfill ON spinegrade.analysis (queue_rank) WHERE state = 'queued' AND priority = 'backfill';
  CREATE INDEX analysis_finished ON spinegrade.analysis (finished_at) WHERE finished_at IS NOT NULL;
  CREATE INDEX analysis_newest ON spinegrade.analysis (created_at DESC, id DESC);

  ALTER TABLE spinegrade.kept_result ADD COLUMN input_key text;
  CREATE INDEX kept_result_of_input ON spinegrade.kept_result (input_key) WHERE input_key IS NOT NULL;

  CREATE TABLE spinegrade.idempotency_key (
    key text PRIMARY KEY,
    fingerprint text NOT NULL,
    analysis_id uuid NOT NULL,
    used_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX idempotency_key_used ON spinegrade.idempotency_key (used_at);

  CREATE TABLE spinegrade.analysis_event (
    analysis_id uuid NOT NULL REFERENCES spinegrade.analysis ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    state text NOT NULL,
    stage text,
    attempt integer NOT NULL,
    PRIMARY KEY (analysis_id, id)
  );
  INSERT INTO spinegrade.analysis_event (analysis_id, at, state, stage, attempt)
    SELECT id, updated_at, state, stage, attempts FROM spinegrade.analysis;
  CREATE FUNCTION spinegrade.tell_analysis() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO spinegrade.analysis_event (analysis_id, state, stage, attempt)
      VALUES (NEW.id, NEW.state, NEW.stage, NEW.attempts);
    RETURN NULL;
  END $$;
  CREATE TRIGGER analysis_opened AFTER INSERT ON spinegrade.analysis
    FOR EACH ROW EXECUTE FUNCTION spinegrade.tell_analysis();
  CREATE TRIGGER analysis_moved AFTER UPDATE ON spinegrade.analysis FOR EACH ROW
    WHEN ((OLD.state, OLD.stage, OLD.attempts) IS DISTINCT FROM (NEW.state, NEW.stage, NEW.attempts))
    EXECUTE FUNCTION spinegrade.tell_analysis();
  `,
  // Who may ask, and what of that was changed: what is not in the audit log yet has no audited_at.
  `
  CREATE TABLE spinegrade.api_key (
    id text PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL UNIQUE,
    scopes jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
  );
  CREATE UNIQUE INDEX api_key_name ON spinegrade.api_key (name) WHERE revoked_at IS NULL;
  CREATE TABLE spinegrade.api_key_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    change text NOT NULL CHECK (change IN ('create', 'revoke')),
    key_id text NOT NULL,
    key_name text NOT NULL,
    scopes jsonb NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    audited_at timestamptz
  );
  CREATE INDEX api_key_change_to_audit ON spinegrade.api_key_change (id) WHERE audited_at IS NULL;
  `,
  // Who is told of analyses that have ended. The database notes each end itself, so that none is missed whatever ended
  // it, a program of an earlier version included.
  `
  CREATE TABLE spinegrade.callback (
    analysis_id uuid NOT NULL REFERENCES spinegrade.analysis ON DELETE CASCADE,
    url text NOT NULL,
    PRIMARY KEY (analysis_id, url)
  );
  CREATE TABLE spinegrade.callback_off (
    url text PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE spinegrade.analysis_end (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    analysis_id uuid NOT NULL,
    study_instance_uid text NOT NULL,
    state text NOT NULL,
    codes jsonb NOT NULL,
    ended_at timestamptz NOT NULL,
    only_url text
  );
  CREATE TABLE spinegrade.delivery (
    id uuid PRIMARY KEY,
    analysis_id uuid NOT NULL,
    study_instance_uid text NOT NULL,
    url text NOT NULL,
    type text NOT NULL,
    body text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    status integer,
    fault text
  );
  CREATE INDEX delivery_waiting ON spinegrade.delivery (due_at) WHERE state = 'waiting';
  CREATE INDEX delivery_not_delivered ON spinegrade.delivery (state, created_at) WHERE state <> 'delivered';
  CREATE INDEX delivery_of_time ON spinegrade.delivery (created_at, id);
  CREATE INDEX delivery_of_analysis ON spinegrade.delivery (analysis_id);

  CREATE FUNCTION spinegrade.note_end(ended spinegrade.analysis, only_url text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO spinegrade.analysis_end (analysis_id, study_instance_uid, state, codes, ended_at, only_url)
      SELECT ended.id, ended.study_instance_uid, ended.state, to_jsonb(ARRAY(
          SELECT ended.failure->>'code' WHERE ended.failure->>'code' IS NOT NULL
          UNION ALL SELECT DISTINCT reason->>'code' FROM jsonb_array_elements(ended.reasons) AS reason
            WHERE reason->>'code' IS NOT NULL)), coalesce(ended.finished_at, now()), note_end.only_url
  $$;
  CREATE FUNCTION spinegrade.note_analysis_end() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' OR OLD.state IN ('queued', 'running') THEN
        PERFORM spinegrade.note_end(NEW, NULL);
      END IF;
      RETURN NULL;
    END
  $$;
  CREATE TRIGGER analysis_ended AFTER INSERT OR UPDATE OF state ON spinegrade.analysis FOR EACH ROW
    WHEN (NEW.state NOT IN ('queued', 'running')) EXECUTE FUNCTION spinegrade.note_analysis_end();
  `,
  // What is kept no longer: bytes of results among it, without which programs of earlier versions read none.
  `
  ALTER TABLE spinegrade.kept_object ALTER COLUMN bytes DROP NOT NULL;
  CREATE INDEX kept_object_with_bytes ON spinegrade.kept_object (stored_at)
    WHERE bytes IS NOT NULL AND stored_at IS NOT NULL;
  CREATE INDEX delivery_finished ON spinegrade.delivery (finished_at) WHERE finished_at IS NOT NULL;
  CREATE INDEX kept_result_of_time ON spinegrade.kept_result (kept_at);
  UPDATE spinegrade.schema_version SET compatible_from = 13;
  `,
  // Who has signed in to the page. A session of a key opens for as long as the key does; of the cookie there is a hash.
  `
  CREATE TABLE spinegrade.session (
    sha256 text PRIMARY KEY,
    key_sha256 text,
    kind text NOT NULL,
    caller_id text NOT NULL,
    caller_name text NOT NULL,
    scopes jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz NOT NULL
  );
  CREATE INDEX session_ended ON spinegrade.session (ends_at);
  `,
  // Results are packed by Zstandard, which takes a third of gzip's time; what is packed already is not packed again.
  `
  ALTER TABLE spinegrade.kept_object
    ADD COLUMN packing text NOT NULL DEFAULT 'none' CHECK (packing IN ('none', 'gzip', 'zstd'));
  UPDATE spinegrade.kept_object SET packing = 'gzip' WHERE gzipped;
  ALTER TABLE spinegrade.kept_object DROP COLUMN gzipped, ALTER COLUMN bytes SET STORAGE EXTERNAL;
  UPDATE spinegrade.schema_version SET compatible_from = 15;
  `,
  // Steps of a worklist that were claimed: the Transaction UID is written before the worklist is asked. And who else asked
  // for an analysis that somebody had opened.
  `
  CREATE TABLE spinegrade.worklist_claim (
    workitem_uid text PRIMARY KEY,
    transaction_uid text NOT NULL,
    state text NOT NULL CHECK (state IN ('claiming', 'claimed', 'ended')),
    study_instance_uid text,
    analysis_id uuid,
    told_stage text,
    cancel_requested boolean NOT NULL DEFAULT false,
    submissions integer NOT NULL DEFAULT 0,
    refusals integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    claimed_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    outcome text,
    codes jsonb NOT NULL DEFAULT '[]'
  );
  CREATE INDEX worklist_claim_open ON spinegrade.worklist_claim (claimed_at) WHERE state <> 'ended';
  CREATE INDEX worklist_claim_ended ON spinegrade.worklist_claim (ended_at) WHERE ended_at IS NOT NULL;
  ALTER TABLE spinegrade.analysis ADD COLUMN joined_by text[] NOT NULL DEFAULT '{}',
    DROP CONSTRAINT analysis_trigger_check,
    ADD CONSTRAINT analysis_trigger_check CHECK (trigger IN ('api', 'watch', 'worklist'));
  `,
  // Segmentations among the results.
  `
  ALTER TABLE spinegrade.kept_object DROP CONSTRAINT kept_object_kind_check,
    ADD CONSTRAINT kept_object_kind_check CHECK (kind IN ('SR', 'SC', 'KO', 'SEG'));
  `,
];
