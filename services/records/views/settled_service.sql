-- Services for which NFZ has paid a provider; what and how much is sealed.
CREATE FUNCTION settled_service(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    provided_on date,
    provider text,
    visit uuid
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        start_of(said(provided_on ORDER BY recency)),
        '',
        said(provided_on ORDER BY recency),
        said(provider ORDER BY recency),
        said(visit ORDER BY recency)
    FROM (
        SELECT
            entry_id, provided_on, provider, visit,
            $recency
        FROM service_settled
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    GROUP BY entry_id;
END;
