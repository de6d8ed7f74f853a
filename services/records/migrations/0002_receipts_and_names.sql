-- What publishers are to be told beside what the ledger's own order says: repeats, quarantine, discards. Written under
-- the ledger's lock, so that the order of numbers is that of commits; removed once it is on the topic.
CREATE TABLE records.outcome (
    number          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    publisher       text        NOT NULL,
    event_id        uuid,
    outcome         text        NOT NULL CHECK (outcome IN ('repeated', 'quarantined', 'discarded')),
    reason          text,
    topic           text        NOT NULL,
    partition       integer     NOT NULL,
    record_offset   bigint      NOT NULL,
    decided_at      timestamptz NOT NULL DEFAULT now()
);

-- Up to which number the outcomes are on the topic.
CREATE TABLE records.outcome_sent (
    only_row        boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    number          bigint      NOT NULL
) WITH (fillfactor = 50);
INSERT INTO records.outcome_sent (number) VALUES (0);

-- Remove outcomes that are on the topic, and no others.
CREATE FUNCTION records_door.purge_sent_outcomes() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    WITH purged AS (
        DELETE FROM records.outcome o USING records.outcome_sent s WHERE o.number <= s.number RETURNING 1
    )
    SELECT count(*) FROM purged;
$$;

-- Providers as the register of providers (RPWDL) and the pharmacies' register name them; reference data, loaded from
-- files. name is the full one, for receipts; page_name is what patients read.
CREATE TABLE records.provider (
    number          text        PRIMARY KEY,
    name            text        NOT NULL,
    page_name       text        NOT NULL,
    city            text,
    publisher       text,
    loaded_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX provider_publisher ON records.provider (publisher);

-- Practitioners as their chambers' registers name them.
CREATE TABLE records.practitioner (
    licence         text        PRIMARY KEY,
    profession      text        NOT NULL,
    name            text        NOT NULL,
    page_name       text        NOT NULL,
    loaded_at       timestamptz NOT NULL DEFAULT now()
);

-- What patients read in place of these numbers of providers, names of publishers and licences; unknown ones are left out.
CREATE FUNCTION records_door.page_names(numbers text[]) RETURNS TABLE (number text, page_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    SELECT p.number, p.page_name FROM records.provider p WHERE p.number = ANY(numbers)
    UNION ALL
    SELECT DISTINCT ON (p.publisher) p.publisher, p.page_name
    FROM records.provider p WHERE p.publisher = ANY(numbers)
    UNION ALL
    SELECT p.licence, p.page_name FROM records.practitioner p WHERE p.licence = ANY(numbers);
$$;
REVOKE ALL ON FUNCTION records_door.purge_sent_outcomes, records_door.page_names FROM PUBLIC;
