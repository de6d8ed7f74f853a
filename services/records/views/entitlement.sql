-- Grounds on which the health fund says that the person is entitled to services. Of two statements about one ground
-- the one about the later day holds, and about the same day a withdrawal: what is learnt late about the past revives
-- nothing. Corrections of one statement fold as everywhere.
CREATE FUNCTION entitlement(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    ground text,
    as_of date,
    valid_until date
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT DISTINCT ON (entry_id)
        entry_id,
        start_of(as_of),
        CASE WHEN withdrawn THEN 'withdrawn' ELSE 'confirmed' END,
        ground,
        as_of,
        said(valid_until ORDER BY recency)
    FROM (
        SELECT
            *,
            $recency
        FROM (
            SELECT entry_id, event_id, publisher, occurred_at, ground, as_of, valid_until, false AS withdrawn
            FROM entitlement_confirmed
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT entry_id, event_id, publisher, occurred_at, ground, as_of, NULL, true
            FROM entitlement_withdrawn
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS said_of_entitlement
    ) AS statement
    GROUP BY entry_id, ground, as_of, withdrawn
    ORDER BY entry_id, as_of DESC, withdrawn DESC;
END;
