-- The ledger, and what ingest must remember to write it exactly once.

CREATE SCHEMA records;
CREATE SCHEMA records_door;

-- The ledger: the table that the eventsourcing library reads, one stream per patient.
-- state = hash (32) ‖ recorded_at (8) ‖ published_at (8) ‖ value.
CREATE TABLE records.event (
    originator_id       uuid   NOT NULL,
    originator_version  bigint NOT NULL,
    topic               text   NOT NULL,
    state               bytea  NOT NULL,
    notification_id     bigint NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
) WITH (
    autovacuum_vacuum_insert_scale_factor = 0.2,
    autovacuum_analyze_scale_factor = 0.05
);
CREATE UNIQUE INDEX event_notification_id_idx ON records.event (notification_id);
ALTER TABLE records.event ALTER COLUMN state SET STORAGE EXTERNAL;
CREATE TYPE records.stored_event_uuid AS (
    originator_id uuid, originator_version bigint, topic text, state bytea
);

-- One row per transaction of the ledger: covers its events and the seal before it.
CREATE TABLE records.seal (
    last_position   bigint      PRIMARY KEY,
    first_position  bigint      NOT NULL UNIQUE,
    events          integer     NOT NULL CHECK (events = last_position - first_position + 1),
    recorded_at     timestamptz NOT NULL,
    hash            bytea       NOT NULL CHECK (length(hash) = 32)
);

-- What a publisher has already said, so that a repeat has no effect.
CREATE TABLE records.inbox (
    publisher   text   NOT NULL,
    event_id    uuid   NOT NULL,
    digest      bytea  NOT NULL,
    position    bigint NOT NULL,
    PRIMARY KEY (publisher, event_id)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.2);

-- The persons: a keyed digest of the number leads to the patient id. A changed number is a second
-- digest of the same patient; the account identifier stands on the first.
CREATE TABLE records.person (
    digest      bytea       PRIMARY KEY CHECK (length(digest) = 32),
    patient_id  uuid        NOT NULL,
    account_id  text        UNIQUE,
    born_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX person_patient ON records.person (patient_id);

-- What could not be understood, with its reason; the bytes stand apart, so that closing can purge them.
CREATE TABLE records.quarantined (
    topic           text        NOT NULL,
    partition       integer     NOT NULL,
    record_offset   bigint      NOT NULL,
    publisher       text,
    reason          text        NOT NULL,
    detail          text        NOT NULL,
    digest          bytea,
    bytes           integer     NOT NULL,
    published_at    timestamptz NOT NULL,
    quarantined_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, record_offset)
);
CREATE INDEX quarantined_digest ON records.quarantined (digest);
CREATE TABLE records.quarantined_bytes (
    topic           text    NOT NULL,
    partition       integer NOT NULL,
    record_offset   bigint  NOT NULL,
    sealed          bytea   NOT NULL,
    PRIMARY KEY (topic, partition, record_offset)
);
CREATE TABLE records.quarantine_closing (
    topic           text        NOT NULL,
    partition       integer     NOT NULL,
    record_offset   bigint      NOT NULL,
    how             text        NOT NULL CHECK (how IN ('appended', 'repeated', 'discarded')),
    reason          text,
    closed_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, record_offset)
);

-- Later attempts at a record that still could not be understood, with the reason found then.
CREATE TABLE records.quarantine_retry (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic           text        NOT NULL,
    partition       integer     NOT NULL,
    record_offset   bigint      NOT NULL,
    reason          text        NOT NULL,
    detail          text        NOT NULL,
    retried_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX quarantine_retry_place ON records.quarantine_retry (topic, partition, record_offset, id);

-- Quarantined records that still wait, for the reason that was found last.
CREATE VIEW records.quarantine_open AS
SELECT q.topic, q.partition, q.record_offset, coalesce(q.publisher, 'unknown') AS publisher,
    coalesce(r.reason, q.reason) AS reason, coalesce(r.detail, q.detail) AS detail,
    q.digest, q.published_at, q.quarantined_at
FROM records.quarantined q
LEFT JOIN LATERAL (
    SELECT reason, detail FROM records.quarantine_retry r
    WHERE (r.topic, r.partition, r.record_offset) = (q.topic, q.partition, q.record_offset)
    ORDER BY r.id DESC LIMIT 1
) r ON true
WHERE NOT EXISTS (
    SELECT FROM records.quarantine_closing c
    WHERE (c.topic, c.partition, c.record_offset) = (q.topic, q.partition, q.record_offset)
);

-- Gaps that stand in patients' records: one open per patient, publisher and reason.
CREATE TABLE records.gap (
    set_aside   text        PRIMARY KEY,
    patient_id  uuid        NOT NULL,
    publisher   text        NOT NULL,
    reason      text        NOT NULL,
    since       timestamptz NOT NULL
);
CREATE INDEX gap_patient ON records.gap (patient_id);
CREATE TABLE records.gap_closing (
    set_aside   text        PRIMARY KEY,
    closed_at   timestamptz NOT NULL DEFAULT now()
);
CREATE VIEW records.gap_open AS
SELECT g.* FROM records.gap g
WHERE NOT EXISTS (SELECT FROM records.gap_closing c WHERE c.set_aside = g.set_aside);

-- The breaker's memory: how many of a publisher's records a partition has seen since its first bad one,
-- and which of the last thousand were bad. The empty publisher stands for the partition as a whole.
CREATE TABLE records.breaker (
    topic       text     NOT NULL,
    partition   integer  NOT NULL,
    publisher   text     NOT NULL,
    seen        bigint   NOT NULL,
    bad         bigint[] NOT NULL,
    PRIMARY KEY (topic, partition, publisher)
);

-- The last ledger position that the relay sent to each partition of the topic.
CREATE TABLE records.relay_sent (
    partition   integer PRIMARY KEY,
    position    bigint  NOT NULL
) WITH (fillfactor = 50);

-- Which version of a projection is being read; switching changes this row and nothing else.
CREATE TABLE records.active_version (
    projection  text PRIMARY KEY,
    version     text NOT NULL
);

-- Remove the bytes of records whose quarantine is closed, and of no others.
CREATE FUNCTION records_door.purge_closed_bytes() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    WITH purged AS (
        DELETE FROM records.quarantined_bytes b
        USING records.quarantine_closing c
        WHERE (c.topic, c.partition, c.record_offset) = (b.topic, b.partition, b.record_offset)
        RETURNING 1
    )
    SELECT count(*) FROM purged;
$$;

-- Outcome and ledger position of one statement of a publisher; no row: not (yet) appended.
CREATE FUNCTION records_door.outcome_of(said_by text, event_id uuid) RETURNS TABLE (outcome text, "position" bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    SELECT 'appended', i.position FROM records.inbox i
    WHERE i.publisher = said_by AND i.event_id = outcome_of.event_id;
$$;

-- The patient to whom a keyed digest of a number leads; none: unknown here.
CREATE FUNCTION records_door.patient_by_digest(digest bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    SELECT p.patient_id FROM records.person p WHERE p.digest = patient_by_digest.digest;
$$;

-- The patient with an account identifier; none: unknown here.
CREATE FUNCTION records_door.patient_by_account(account_id text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    SELECT p.patient_id FROM records.person p WHERE p.account_id = patient_by_account.account_id;
$$;

-- Whether a patient is known at all.
CREATE FUNCTION records_door.patient_known(patient uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    SELECT EXISTS (SELECT FROM records.person p WHERE p.patient_id = patient);
$$;
