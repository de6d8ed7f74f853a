-- Versions of the patient read model: a PostgreSQL schema each, made by one build. Without filled_at it is being
-- loaded, without keys and without a process that follows the topic; ledger_to is there where it is loaded from the
-- ledger itself, and says up to which position.
CREATE TABLE records.version (
    version     text        PRIMARY KEY,
    build       text        NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT now(),
    filled_at   timestamptz,
    ledger_to   bigint
);
-- A number is given once: a worker of a version that is gone must not find another one under its name.
CREATE SEQUENCE records.version_number START 2;

-- What was there before versions had rows was made by the builds of its day.
INSERT INTO records.version (version, build, filled_at)
SELECT version, 'first', now() FROM records.active_version WHERE projection = 'records';

-- The version that was read before the one that is, and that goes on beside it.
ALTER TABLE records.active_version ADD COLUMN previous text;

-- That a version was found equal to the one that was read, but for what was accepted; switching demands it.
CREATE TABLE records.verified (
    from_version text        NOT NULL,
    to_version  text        NOT NULL,
    build       text        NOT NULL,
    position    bigint      NOT NULL,
    accepted    text[]      NOT NULL,
    verified_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (from_version, to_version, verified_at)
);

-- Which version was read from when on: what people saw on a day, they saw by the last one of these before it.
CREATE TABLE records.switched (
    switched_at timestamptz NOT NULL DEFAULT clock_timestamp() PRIMARY KEY,
    from_version text,
    to_version  text        NOT NULL,
    build       text        NOT NULL
);
-- The only version that there was has been read from the beginning.
INSERT INTO records.switched (switched_at, to_version, build)
SELECT coalesce((SELECT min(recorded_at) FROM records.seal), now()), version, build FROM records.version;

-- Which version was read at a time; null before there was one.
CREATE FUNCTION records_door.read_by(known_at timestamptz DEFAULT 'infinity') RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    SELECT to_version FROM records.switched WHERE switched_at <= known_at ORDER BY switched_at DESC LIMIT 1;
$$;
REVOKE ALL ON FUNCTION records_door.read_by FROM PUBLIC;

-- What former extensions of the only version left behind: views that nobody reads any more, and their digest.
DROP SCHEMA IF EXISTS records_v1_former CASCADE;
DO $$
BEGIN
    IF to_regnamespace('records_v1') IS NOT NULL THEN
        COMMENT ON SCHEMA records_v1 IS NULL;
    END IF;
END;
$$;
