-- Open gaps: what a publisher said about this person and could not be processed, since when; a closing is final.
CREATE FUNCTION set_aside(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    since timestamptz,
    said_by text,
    reason text
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        min(occurred_at),
        'open',
        min(occurred_at),
        said(said_by ORDER BY recency),
        said(reason ORDER BY recency)
    FROM (
        SELECT
            entry_id, occurred_at, said_by, reason,
            $recency
        FROM record_set_aside
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    WHERE entry_id NOT IN (
        SELECT closed.entry_id
        FROM record_set_aside_closed AS closed
        WHERE closed.patient_id = patient AND closed.recorded_at <= known_at
    )
    GROUP BY entry_id;
END;
