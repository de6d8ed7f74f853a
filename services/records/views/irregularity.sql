-- What the patient says is wrong with an entry, and the answer. The entry itself stays, marked as disputed (timeline).
CREATE FUNCTION irregularity(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    disputed_entry uuid,
    disputed_kind text,
    wrong text,
    reported_at timestamptz,
    answer text,
    answered_by text,
    answered_at timestamptz
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        coalesce(said(reported_at ORDER BY recency), said(answered_at ORDER BY recency)),
        CASE
            WHEN said(reported_at ORDER BY recency) IS NULL THEN 'not_reported'
            ELSE coalesce(said(answer ORDER BY recency), 'open')
        END,
        said(disputed_entry ORDER BY recency),
        said(disputed_kind ORDER BY recency),
        said(wrong ORDER BY recency),
        said(reported_at ORDER BY recency),
        said(answer ORDER BY recency),
        said(answered_by ORDER BY recency),
        said(answered_at ORDER BY recency)
    FROM (
        SELECT
            *,
            $recency
        FROM (
            SELECT
                entry_id, event_id, publisher, occurred_at,
                disputed_entry, disputed_kind, wrong, reported_at, NULL::text AS answer,
                NULL::text AS answered_by, NULL::timestamptz AS answered_at
            FROM irregularity_reported
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT
                entry_id, event_id, publisher, occurred_at,
                NULL, NULL, NULL, NULL, answer, answered_by, answered_at
            FROM irregularity_answered
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS said_of_irregularity
    ) AS statement
    GROUP BY entry_id;
END;
