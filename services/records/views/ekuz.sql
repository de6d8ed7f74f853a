-- Applications for a European Health Insurance Card, with the status that was stated last.
CREATE FUNCTION ekuz(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    status text,
    changed_at timestamptz,
    valid_from date,
    valid_until date
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        said(changed_at ORDER BY recency),
        said(status ORDER BY recency),
        said(status ORDER BY recency),
        said(changed_at ORDER BY recency),
        said(valid_from ORDER BY recency),
        said(valid_until ORDER BY recency)
    FROM (
        SELECT
            entry_id, status, changed_at, valid_from, valid_until,
            $recency
        FROM ekuz_status_changed
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    GROUP BY entry_id;
END;
