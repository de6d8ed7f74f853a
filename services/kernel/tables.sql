-- What every reader of a topic needs, and the log of who looked.

CREATE SCHEMA kernel;
CREATE SCHEMA viewing;

-- How far a reader got in a partition, and who may move it. The database, not the consumer,
-- says what has been processed: the row moves in the transaction that writes the effect.
CREATE TABLE kernel.bookmark (
    reader          text        NOT NULL,
    topic           text        NOT NULL,
    partition       integer     NOT NULL,
    next_offset     bigint      NOT NULL DEFAULT 0,
    position        bigint      NOT NULL DEFAULT 0,
    epoch           bigint      NOT NULL DEFAULT 0,
    owner           text,
    lease_until     timestamptz NOT NULL DEFAULT '-infinity',
    appended        bigint      NOT NULL DEFAULT 0,
    repeated        bigint      NOT NULL DEFAULT 0,
    quarantined     bigint      NOT NULL DEFAULT 0,
    stopped_at      timestamptz,
    rate            real        NOT NULL DEFAULT 0,
    moved_at        timestamptz NOT NULL DEFAULT now(),
    last_error      text,
    last_error_at   timestamptz,
    role_name       name        NOT NULL DEFAULT current_user,
    PRIMARY KEY (reader, topic, partition)
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

-- The processes of a reader that are alive, so that they share the partitions evenly.
CREATE TABLE kernel.worker (
    reader          text        NOT NULL,
    owner           text        NOT NULL,
    seen_until      timestamptz NOT NULL,
    role_name       name        NOT NULL DEFAULT current_user,
    PRIMARY KEY (reader, owner)
);

-- A reader's name begins with its role's: records_relay is records.relay, and records.relay.x would be its too.
CREATE FUNCTION kernel.is_mine(reader text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog
AS $$
    SELECT starts_with(reader || '.', replace(current_user, '_', '.') || '.');
$$;

-- Everybody may see how far everybody got; only the reader's own role may make its rows, and move what it made.
ALTER TABLE kernel.bookmark ENABLE ROW LEVEL SECURITY;
CREATE POLICY anybody_reads ON kernel.bookmark FOR SELECT USING (true);
CREATE POLICY own_rows_born ON kernel.bookmark FOR INSERT
    WITH CHECK (role_name = current_user AND kernel.is_mine(reader));
CREATE POLICY own_rows_move ON kernel.bookmark FOR UPDATE
    USING (role_name = current_user) WITH CHECK (role_name = current_user AND kernel.is_mine(reader));

ALTER TABLE kernel.worker ENABLE ROW LEVEL SECURITY;
CREATE POLICY anybody_reads ON kernel.worker FOR SELECT USING (true);
CREATE POLICY own_rows ON kernel.worker
    USING (role_name = current_user) WITH CHECK (role_name = current_user AND kernel.is_mine(reader));

-- Who opened whose record, which data, for what purpose, on which ground.
CREATE TABLE viewing.viewing (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    viewed_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    role_name       name        NOT NULL,
    viewer          text        NOT NULL,
    subject         uuid,
    kind            text        NOT NULL,
    purpose         text        NOT NULL,
    ground          text        NOT NULL,
    reason          text
);
CREATE INDEX viewing_by_subject ON viewing.viewing (subject, viewed_at);

-- Record a viewing; whoever opens a record calls this first and refuses to open when it fails.
CREATE FUNCTION viewing.record(viewer text, subject uuid, kind text, purpose text, ground text, reason text)
RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, viewing
AS $$
    INSERT INTO viewing.viewing (role_name, viewer, subject, kind, purpose, ground, reason)
    VALUES (session_user, viewer, subject, kind, purpose, ground, reason)
    RETURNING id;
$$;
REVOKE ALL ON FUNCTION viewing.record FROM PUBLIC;
