-- What others may ask about access. Every question goes to the version that is being read, in one statement.
-- More than a minute behind the ledger, other people's accounts are closed to everybody: the answer is null, "being checked".

CREATE SCHEMA access;

-- µs since 1970 of a moment, as the rules count it; infinity is 2^62.
CREATE FUNCTION permissions.micros(moment timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog
AS $$
    SELECT CASE WHEN moment = 'infinity' THEN 4611686018427387904 ELSE (extract(epoch FROM moment) * 1000000)::bigint END;
$$;

-- The moment of µs since 1970; 2^62 is infinity.
CREATE FUNCTION permissions.moment(micros bigint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog
AS $$
    SELECT CASE WHEN micros >= 4611686018427387904 THEN 'infinity' ELSE timestamptz 'epoch' + micros * interval '1 microsecond' END;
$$;

-- How many seconds the version that is being read is behind the ledger's end.
CREATE FUNCTION access.behind_seconds() RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT records_door.behind_seconds(records_door.complete_to('permissions.facts.v' || version))
    FROM permissions.active_version;
$$;

-- When the newest was recorded of what is known: of the ledger's facts that are taken in, and of what was decided here.
CREATE FUNCTION access.as_of() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT greatest(
        records_door.recorded_at(records_door.complete_to('permissions.facts.v' || version)),
        (SELECT max(c.recorded_at) FROM permissions.command_fact c)
    )
    FROM permissions.active_version;
$$;

-- Whether a viewer may see (or manage) a subject's account at a moment: true, false, or null while it is being checked.
CREATE FUNCTION access.may_see(
    viewer uuid, subject uuid, scope text DEFAULT 'see', at timestamptz DEFAULT clock_timestamp()
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT CASE
        WHEN viewer IS NULL OR subject IS NULL OR at IS NULL OR coalesce(scope, '') NOT IN ('see', 'manage') THEN false
        WHEN viewer = subject THEN true
        WHEN coalesce(access.behind_seconds(), 'infinity') > 60 THEN NULL
        ELSE EXISTS (
            SELECT FROM permissions.access_by_viewer a
            WHERE a.viewer_id = viewer AND a.subject_id = subject
                AND a.version = (SELECT version FROM permissions.active_version)
                AND a.valid_from <= at AND at < a.valid_until
                AND may_see.scope IN ('see', a.scope)
        )
    END;
$$;

-- The accounts of others that a viewer may see at a moment, and on which grounds; nothing while it is being checked.
CREATE FUNCTION access.whose_accounts(viewer uuid, at timestamptz DEFAULT clock_timestamp())
RETURNS TABLE (subject uuid, scope text, grounds text[], valid_from timestamptz, valid_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT a.subject_id, a.scope, a.grounds, a.valid_from, a.valid_until
    FROM permissions.access_by_viewer a
    WHERE a.viewer_id = viewer AND a.version = (SELECT version FROM permissions.active_version)
        AND a.valid_from <= at AND at < a.valid_until
        AND coalesce(access.behind_seconds(), 'infinity') <= 60
    ORDER BY a.subject_id;
$$;

-- Who else may see a subject's account at a moment, and on which grounds.
CREATE FUNCTION access.who_sees(subject uuid, at timestamptz DEFAULT clock_timestamp())
RETURNS TABLE (viewer uuid, scope text, grounds text[], valid_from timestamptz, valid_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT a.viewer_id, a.scope, a.grounds, a.valid_from, a.valid_until
    FROM permissions.access_by_subject a
    WHERE a.subject_id = subject AND a.version = (SELECT version FROM permissions.active_version)
        AND a.valid_from <= at AND at < a.valid_until
    ORDER BY a.viewer_id;
$$;

-- Who looked at a subject's account, which data, for what purpose, and by which ground.
CREATE FUNCTION access.who_saw(subject uuid, since timestamptz DEFAULT '-infinity')
RETURNS TABLE (viewed_at timestamptz, viewer text, kind text, purpose text, ground text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$
    SELECT v.viewed_at, v.viewer, v.kind, v.purpose, v.ground
    FROM viewing.viewing v
    WHERE v.subject = who_saw.subject AND v.viewed_at >= since
    ORDER BY v.viewed_at DESC;
$$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA permissions FROM PUBLIC;
