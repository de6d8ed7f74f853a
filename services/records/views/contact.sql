-- Contact data that the patient has confirmed; the addresses themselves are sealed.
CREATE FUNCTION contact(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    confirmed_at timestamptz
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        said(confirmed_at ORDER BY recency),
        '',
        said(confirmed_at ORDER BY recency)
    FROM (
        SELECT
            entry_id, confirmed_at,
            $recency
        FROM contact_data_confirmed
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    GROUP BY entry_id;
END;
