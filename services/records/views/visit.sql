-- Visits and stays, as last recorded or corrected; a correction that says nothing of a column leaves it as it was.
-- Corrected before it was recorded here: not_recorded.
CREATE FUNCTION visit(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    visit_kind text,
    started_at timestamptz,
    ended_at timestamptz,
    provider text,
    profession text
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        coalesce(said(started_at ORDER BY recency), said(ended_at ORDER BY recency)),
        CASE WHEN bool_or(recorded) THEN '' ELSE 'not_recorded' END,
        said(visit_kind ORDER BY recency),
        said(started_at ORDER BY recency),
        said(ended_at ORDER BY recency),
        said(provider ORDER BY recency),
        said(profession ORDER BY recency)
    FROM (
        SELECT
            *,
            $recency
        FROM (
            SELECT
                entry_id, event_id, publisher, occurred_at,
                visit_kind, started_at, ended_at, provider, profession, true AS recorded
            FROM visit_recorded
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT
                entry_id, event_id, publisher, occurred_at,
                visit_kind, started_at, ended_at, provider, profession, NULL
            FROM visit_corrected
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS said_of_visit
    ) AS statement
    GROUP BY entry_id;
END;
