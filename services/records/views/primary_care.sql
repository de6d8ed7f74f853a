-- Choices of a primary care physician, nurse or midwife; the one with the latest first day that has come is in force.
CREATE FUNCTION primary_care(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    role text,
    provider text,
    valid_from date
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        start_of(said(valid_from ORDER BY recency)),
        '',
        said(role ORDER BY recency),
        said(provider ORDER BY recency),
        said(valid_from ORDER BY recency)
    FROM (
        SELECT
            entry_id, role, provider, valid_from,
            $recency
        FROM primary_care_chosen
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    GROUP BY entry_id;
END;
