-- When the newest sealed event was recorded that stands at a position or before it; none: nothing was recorded yet.
CREATE FUNCTION records_door.recorded_at("position" bigint) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, records
AS $$
    SELECT s.recorded_at FROM records.seal s WHERE s.last_position <= recorded_at."position"
    ORDER BY s.last_position DESC LIMIT 1;
$$;
REVOKE ALL ON FUNCTION records_door.recorded_at FROM PUBLIC;
