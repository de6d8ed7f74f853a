-- What others may ask of this service. Each question goes to the version that is being read, in one statement.

-- The patient's record, as the active version of the read model shows it.
CREATE FUNCTION records_door.timeline(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    kind text, entry_id uuid, medical_at timestamptz, state text, content jsonb, lineage jsonb, sealed bytea[]
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT * FROM %I.timeline($1, $2)', records_door.active_version('records'))
    USING patient, known_at;
END;
$$;

-- What the next HPV dose waits for.
CREATE FUNCTION records_door.next_dose(patient uuid, asked_on date, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    next_dose int, reason text, earliest_on date, latest_on date, after_latest text, held_up_by text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT * FROM %I.next_dose($1, $2, $3)', records_door.active_version('records'))
    USING patient, asked_on, known_at;
END;
$$;

-- The hash of the event at a position of the ledger; null where there is none.
CREATE FUNCTION records_door.event_hash("position" bigint) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    SELECT substr(e.state, 1, 32) FROM records.event e WHERE e.notification_id = event_hash."position";
$$;

-- The PostgreSQL schema of the version of a projection that is being read.
CREATE FUNCTION records_door.active_version(projection text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    SELECT version FROM records.active_version a WHERE a.projection = active_version.projection;
$$;

-- The ledger position up to which a reader of the ledger topic has everything.
CREATE FUNCTION records_door.complete_to(reader text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    WITH sent AS (
        SELECT coalesce(max(position), 0) AS sent_to
        FROM kernel.bookmark WHERE kernel.bookmark.reader = 'records.relay'
    )
    SELECT coalesce(min(CASE
        WHEN b.position >= coalesce(s.position, 0) THEN sent.sent_to
        ELSE b.position
    END), 0)
    FROM kernel.bookmark b
    CROSS JOIN sent
    LEFT JOIN records.relay_sent s ON s.partition = b.partition
    WHERE b.reader = complete_to.reader;
$$;

-- How long ago the oldest event was recorded that a reader does not have yet; 0 when it has everything.
CREATE FUNCTION records_door.behind_seconds(complete_to bigint) RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    SELECT coalesce((
        SELECT greatest(0, extract(epoch FROM clock_timestamp() - s.recorded_at))
        FROM records.seal s WHERE s.last_position > behind_seconds.complete_to
        ORDER BY s.last_position LIMIT 1
    ), 0);
$$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA records_door FROM PUBLIC;
