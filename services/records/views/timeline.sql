-- Every statement about the person, whatever it speaks of; one arm per event type, filled in from the schemas.
CREATE FUNCTION statement(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    kind text,
    event_type text,
    entry_id uuid,
    event_id uuid,
    publisher text,
    occurred_at timestamptz,
    recorded_at timestamptz,
    "position" bigint,
    sealed bytea
)
LANGUAGE sql STABLE
BEGIN ATOMIC
$statements;
END;

-- Every entry of the person as its own view shows it; one arm per kind of entry, filled in from the schemas.
CREATE FUNCTION entry(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    kind text,
    entry_id uuid,
    medical_at timestamptz,
    state text,
    content json
)
LANGUAGE sql STABLE
BEGIN ATOMIC
$entries;
END;

-- The person's record: each entry with its clear content and the statements that made it, newest statement first.
-- lineage and sealed run in parallel, so that a reader opens the sealed parts and folds them by the same rule.
-- An entry that the patient disputes says so: disputed is the state of an open report, else of the one made last.
-- Newest medical day first (a day in Poland; none: that of the first statement), then entry id. In UTC, so that its
-- texts do not depend on who asks. Built as json and made jsonb once at the end: cheaper than jsonb all the way.
CREATE FUNCTION timeline(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    kind text,
    entry_id uuid,
    medical_at timestamptz,
    state text,
    content jsonb,
    lineage jsonb,
    sealed bytea[]
)
LANGUAGE sql STABLE
SET timezone = 'UTC'
BEGIN ATOMIC
    WITH told AS (
        SELECT
            s.kind,
            s.entry_id,
            min(s.occurred_at) AS first_said_at,
            json_agg(shown ORDER BY s.occurred_at DESC, s.event_id DESC, s.publisher COLLATE "C" DESC) AS lineage,
            array_agg(s.sealed ORDER BY s.occurred_at DESC, s.event_id DESC, s.publisher COLLATE "C" DESC) AS sealed
        FROM statement(patient, known_at) AS s
        CROSS JOIN LATERAL (
            SELECT s.event_type, s.event_id, s.publisher, s.occurred_at, s.recorded_at, s."position"
        ) AS shown
        GROUP BY s.kind, s.entry_id
    ),
    dispute AS (
        SELECT DISTINCT ON (disputed_kind, disputed_entry)
            disputed_kind AS kind, disputed_entry AS entry_id, jsonb_build_object('disputed', state) AS marked
        FROM irregularity(patient, known_at)
        WHERE reported_at IS NOT NULL
        ORDER BY disputed_kind, disputed_entry, state <> 'open', reported_at DESC, entry_id
    )
    SELECT
        kind, entry_id, coalesce(medical_at, first_said_at), state,
        content::jsonb - ARRAY['entry_id', 'medical_at', 'state'] || coalesce(marked, '{}'), lineage::jsonb, sealed
    FROM entry(patient, known_at)
    JOIN told USING (kind, entry_id)
    LEFT JOIN dispute USING (kind, entry_id)
    ORDER BY day_of(coalesce(medical_at, first_said_at)) DESC, entry_id;
END;
