-- Health insurance contributions that ZUS posted, one entry for each month and payer; the sums are sealed.
CREATE FUNCTION contribution(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    month date,
    payer uuid
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        start_of(said(month ORDER BY recency)),
        '',
        said(month ORDER BY recency),
        said(payer ORDER BY recency)
    FROM (
        SELECT
            entry_id, month, payer,
            $recency
        FROM contribution_posted
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    GROUP BY entry_id;
END;
