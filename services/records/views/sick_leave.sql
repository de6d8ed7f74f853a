-- Certificates of incapacity for work; a cancellation is final whatever its time, also before the issue.
CREATE FUNCTION sick_leave(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    issued_at timestamptz,
    valid_from date,
    valid_until date,
    child uuid,
    profession text,
    provider text,
    payer uuid,
    cancelled_at timestamptz
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        coalesce(start_of(said(valid_from ORDER BY recency)), said(cancelled_at ORDER BY recency)),
        CASE
            WHEN said(cancelled_at ORDER BY recency) IS NOT NULL THEN 'cancelled'
            ELSE ''
        END,
        said(issued_at ORDER BY recency),
        said(valid_from ORDER BY recency),
        said(valid_until ORDER BY recency),
        said(child ORDER BY recency),
        said(profession ORDER BY recency),
        said(provider ORDER BY recency),
        said(payer ORDER BY recency),
        said(cancelled_at ORDER BY recency)
    FROM (
        SELECT
            *,
            $recency
        FROM (
            SELECT
                entry_id, event_id, publisher, occurred_at,
                issued_at, valid_from, valid_until, child, profession, provider, payer,
                NULL::timestamptz AS cancelled_at
            FROM sick_leave_issued
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT
                entry_id, event_id, publisher, occurred_at,
                NULL, NULL, NULL, NULL, NULL, NULL, NULL, cancelled_at
            FROM sick_leave_cancelled
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS said_of_sick_leave
    ) AS statement
    GROUP BY entry_id;
END;
