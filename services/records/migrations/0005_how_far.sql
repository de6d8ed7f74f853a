-- When the newest sealed event was recorded that stands at a position or before it; none: nothing was recorded yet.
CREATE FUNCTION records_door.recorded_at("position" bigint) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    SELECT s.recorded_at FROM records.seal s WHERE s.last_position <= recorded_at."position"
    ORDER BY s.last_position DESC LIMIT 1;
$$;

-- Everything up to this position of the ledger is on its topic.
CREATE FUNCTION records_door.sent_to() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT coalesce(max(b.position), 0) FROM kernel.bookmark b WHERE b.reader = 'records.relay';
$$;

-- The last position that was sent to a partition of the ledger's topic; 0 where there is none.
CREATE FUNCTION records_door.last_sent(partition integer) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT coalesce((SELECT s.position FROM records.relay_sent s WHERE s.partition = last_sent.partition), 0);
$$;
REVOKE ALL ON FUNCTION records_door.recorded_at, records_door.sent_to, records_door.last_sent FROM PUBLIC;
